using Elsa.Extensions;
using Hangfire;
using Hangfire.Dashboard;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace DnC.Workflow.Elsa.Host;

/// <summary>What answers where.</summary>
internal static class Pages
{
    /// <summary>Where workflows that begin with an HTTP endpoint are called.</summary>
    public const string HttpPath = "/workflows";

    private const string SignIn = "/elsa/api/identity/login";

    /// <summary>Maps the API, Studio, the queues' dashboard, and the health checks.</summary>
    public static void Map(WebApplication app, HostSettings settings)
    {
        app.Use(async (context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.XFrameOptions = "SAMEORIGIN";
            context.Response.Headers["Referrer-Policy"] = "same-origin";
            await next(context).ConfigureAwait(false);
        });
        StudioFiles.Use(app, settings);
        app.UseWhen(context => context.Request.Path.StartsWithSegments(SignIn, StringComparison.OrdinalIgnoreCase), signIn => signIn.Use(app.Services.GetRequiredService<SignInBrake>().Guard));
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseWhen(context => context.Request.Path.StartsWithSegments(HttpPath, StringComparison.OrdinalIgnoreCase), endpoints => endpoints.Use(RequireUser));
        app.UseWorkflowsApi();
        app.UseJsonSerializationErrorHandler();
        app.UseWorkflows();

        // Not by AddHangfire(), which makes its logging and storage those of the whole process.
        app.Map("/hangfire", rings => rings.UseMiddleware<AspNetCoreDashboardMiddleware>(app.Services.GetRequiredService<JobStorage>(), Dashboard(), DashboardRoutes.Routes));

        // A database that is away is no reason to kill a server, and one to send nobody to it.
        app.MapHealthChecks("/health", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(LedgerCheck.Tag) });
        app.MapGet("/", () => Results.Redirect("/studio/"));
    }

    // A workflow's HTTP endpoint that forgot 'Authorize' is no way in. Behind a proxy every address is this machine's.
    private static Task RequireUser(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity?.IsAuthenticated == true)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static DashboardOptions Dashboard() => new()
    {
        DashboardTitle = "Divide and Contrast: rings",
        AppPath = "/studio/",
        Authorization = [],
        AsyncAuthorization = [new DashboardSignIn()],

        // A requeue there would ring a stage that has ended, and show 'Succeeded'.
        IsReadOnlyFunc = _ => true,
    };
}
