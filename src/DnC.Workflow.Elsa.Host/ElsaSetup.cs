using Elsa.Extensions;
using Elsa.Identity.Features;
using Elsa.Persistence.EFCore.Extensions;
using Elsa.Persistence.EFCore.Modules.Management;
using Elsa.Persistence.EFCore.Modules.Runtime;
using Elsa.Workflows.Runtime.Distributed.Extensions;
using FluentStorage;
using Medallion.Threading;
using Medallion.Threading.FileSystem;
using Medallion.Threading.Postgres;

namespace DnC.Workflow.Elsa.Host;

/// <summary>Elsa as this server has it: EF Core on SQLite or PostgreSQL, the distributed runtime, one user, definitions from files.</summary>
internal static class ElsaSetup
{
    // A day's work without signing in again: Studio's elements take a token once. [ours]
    private static readonly TimeSpan SignedIn = TimeSpan.FromHours(12);

    /// <summary>Adds Elsa.</summary>
    public static void Add(IServiceCollection services, HostSettings settings)
    {
        var sqlite = $"Data Source={Path.Combine(settings.Root, "elsa.db")};Cache=Shared";
        services.AddSingleton<AdminUser>();
        services.AddElsa(elsa => elsa
            .UseIdentity(identity =>
            {
                identity.TokenOptions = options =>
                {
                    options.SigningKey = SigningKey.Find(settings.Root);
                    options.AccessTokenLifetime = SignedIn;
                };
                identity.UserProvider = s => s.GetRequiredService<AdminUser>();
                identity.RoleProvider = s => s.GetRequiredService<AdminUser>();
            })
            .UseDefaultAuthentication(NobodyWithoutToken)
            .UseWorkflowManagement(management => management.UseEntityFrameworkCore(ef =>
            {
                if (settings.Postgres is { } postgres)
                    ef.UsePostgreSql(postgres);
                else
                    ef.UseSqlite(sqlite);
            }))
            .UseWorkflowRuntime(runtime =>
            {
                runtime.UseEntityFrameworkCore(ef =>
                {
                    if (settings.Postgres is { } postgres)
                        ef.UsePostgreSql(postgres);
                    else
                        ef.UseSqlite(sqlite);
                });
                runtime.UseDistributedRuntime();
                runtime.DistributedLockProvider = _ => Locks(settings);
            })
            .UseWorkflowsApi()
            .UseScheduling()
            .UseCSharp()
            .UseJavaScript()
            .UseLiquid()
            .UseHttp(http => http.ConfigureHttpOptions = options =>
            {
                options.BaseUrl = settings.Url;
                options.BasePath = Pages.HttpPath;
            })
            .UseFluentStorageProvider(_ => StorageFactory.Blobs.DirectoryFiles(settings.Definitions))
            .UseDivideAndContrast(options =>
            {
                options.Postgres = settings.Postgres;
                options.SpecFolder = settings.Specs;
            }));
        services.AddHealthChecks().AddCheck<LedgerCheck>("ledger", tags: [LedgerCheck.Tag]);
    }

    private static IDistributedLockProvider Locks(HostSettings settings) => settings.Postgres is { } postgres
        ? new PostgresDistributedSynchronizationProvider(postgres)
        : new FileDistributedSynchronizationProvider(new DirectoryInfo(Path.Combine(settings.Root, "locks")));

    // Elsa 3.7 lets whoever is on this machine make users and keys without signing in, and so whatever a proxy on it lets through.
#pragma warning disable CS0618 // 3.8 has it off by itself, and another name for it
    private static void NobodyWithoutToken(DefaultAuthenticationFeature authentication) => authentication.DisableLocalHostRequirement();
#pragma warning restore CS0618
}
