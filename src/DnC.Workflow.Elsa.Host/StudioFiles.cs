using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace DnC.Workflow.Elsa.Host;

/// <summary>Elsa Studio under '/studio': its files from npm, and pages of our own that sign in and put its elements to use.</summary>
internal static class StudioFiles
{
    private const string Package = "@elsa-workflows/elsa-studio-wasm";
    private const string PackageVersion = "3.8.2";
    private const string Start = "/studio";

    /// <summary>The folder of Studio, or null where it is not installed.</summary>
    public static string? Find(HostSettings settings) => new[] { settings.Studio, Installed(settings.Root), Installed(Environment.CurrentDirectory) }
        .Where(folder => folder is not null && File.Exists(Path.Combine(folder, "_framework", "blazor.webassembly.js")))
        .FirstOrDefault();

    /// <summary>How to install it.</summary>
    public static string HowTo(HostSettings settings) => $"Install it with: npm install --prefix '{settings.Root}' {Package}@{PackageVersion}";

    /// <summary>Serves both; where Studio is not installed, a page that says how it is.</summary>
    public static void Use(WebApplication app, HostSettings settings)
    {
        var own = new ManifestFiles();
        app.Map(Start, studio =>
        {
            studio.Use(async (context, next) =>
            {
                // Relative addresses in the pages want the slash.
                if (context.Request.PathBase.Value!.EndsWith(Start, StringComparison.Ordinal) && !context.Request.Path.HasValue)
                {
                    context.Response.Redirect(Start + "/");
                    return;
                }

                await next(context).ConfigureAwait(false);
            });
            var page = Find(settings) is null ? "/install.html" : "/index.html";
            studio.Use((context, next) =>
            {
                // Addresses of pages are for the browser: one page answers them all.
                if (!Path.HasExtension(context.Request.Path))
                    context.Request.Path = page;
                return next(context);
            });
            studio.UseStaticFiles(new StaticFileOptions { FileProvider = own, OnPrepareResponse = NeverKept });
            if (Find(settings) is { } folder)
                studio.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Path.GetFullPath(folder)), ContentTypeProvider = Types() });
            studio.Run(context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            });
        });
    }

    private static string Installed(string folder) => Path.Combine(folder, "node_modules", "@elsa-workflows", "elsa-studio-wasm");

    private static void NeverKept(StaticFileResponseContext context) => context.Context.Response.Headers.CacheControl = "no-cache";

    private static FileExtensionContentTypeProvider Types() => new()
    {
        Mappings = { [".wasm"] = "application/wasm", [".dat"] = "application/octet-stream", [".blat"] = "application/octet-stream" },
    };

    // Pages that are part of the program. Their folder has no others, so nothing else of it can be asked for.
    private sealed class ManifestFiles : IFileProvider
    {
        private readonly EmbeddedFileProvider _files = new(typeof(StudioFiles).Assembly, "DnC.Workflow.Elsa.Host.Studio");

        public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

        public IFileInfo GetFileInfo(string subpath) => _files.GetFileInfo(subpath);

        public Microsoft.Extensions.Primitives.IChangeToken Watch(string filter) => NullChangeToken.Singleton;
    }
}
