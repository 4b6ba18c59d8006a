using System.Security.Cryptography;
using DnC.Workflow.Elsa.Activities;
using DnC.Workflow.Runtime.Front;
using DnC.Workflow.Runtime.Hosting;
using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using Elsa.Extensions;
using Elsa.Features.Abstractions;
using Elsa.Features.Attributes;
using Elsa.Features.Services;
using Elsa.Workflows.Management.Features;
using Elsa.Workflows.Runtime.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DnC.Workflow.Elsa;

/// <summary>Activities, resumption and audit in an Elsa server.</summary>
/// <param name="module">Elsa's.</param>
[DependsOn(typeof(WorkflowManagementFeature))]
[DependsOn(typeof(WorkflowRuntimeFeature))]
public sealed class DivideAndContrastFeature(IModule module) : FeatureBase(module)
{
    /// <summary>Changes the options.</summary>
    public Action<DivideAndContrastOptions> Options { get; set; } = _ => { };

    /// <inheritdoc/>
    public override void Configure() => Module.UseWorkflowManagement(management => management
        .AddActivity<BaseTraining>().AddActivity<Embed>().AddActivity<Cluster>().AddActivity<TrainExpert>().AddActivity<Distill>().AddActivity<Evaluate>()
        .AddActivity<RunDivideAndContrast>().AddActivity<RerunStage>());

    /// <inheritdoc/>
    public override void Apply()
    {
        Services.Configure(Options);
        Services.TryAddSingleton(TimeProvider.System);

        // A server that has its own engine registers that one's ledger before.
        Services.TryAddSingleton(Connect);
        Services.TryAddSingleton<ILedger>(services => services.GetRequiredService<LedgerClient>().Ledger);
        Services.TryAddSingleton(services => (IOutbox)services.GetRequiredService<ILedger>());
        Services.TryAddSingleton(services => new RunService(services.GetRequiredService<ILedger>()));
        Services.TryAddSingleton<KnownWorkers>(services => services.GetRequiredService<LedgerClient>().Ledger.Workers);
        Services.AddSingleton<ResumeListener>();
        Services.AddScoped<WaitJournal>();
        Services.AddSingleton(new Rota(ElsaFront.MostForgotten));
        Services.AddScoped<ElsaFront>();
        Services.AddSingleton(Audit);
        Services.AddNotificationHandler<CancelHandler>();
        Services.AddHostedService<OutboxService>();
    }

    private static FrontAudit Audit(IServiceProvider services)
    {
        var log = services.GetRequiredService<ILogger<FrontAudit>>();
        return new FrontAudit(
            services.GetRequiredService<RunService>(), services.GetRequiredService<KnownWorkers>(),
            (what, error) => log.LogWarning(error, "{What}.", what));
    }

    private static LedgerClient Connect(IServiceProvider services)
    {
        var log = services.GetRequiredService<ILogger<DivideAndContrastFeature>>();
        return LedgerClient.Open(
            services.GetRequiredService<IOptions<DivideAndContrastOptions>>().Value.Postgres ?? throw new UserInputException(
                "UseDivideAndContrast() needs the ledger's database: set options.Postgres, or DNC_POSTGRES in the environment."),
            () => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30),
            (what, error) => log.LogWarning(error, "{What} failed.", what),
            who: $"workflows@{Environment.MachineName}");
    }
}
