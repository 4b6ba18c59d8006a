namespace DnC.Workflow.Runtime.Ledger;

/// <summary>The conditions under which a stage can be claimed. Parameters: Resource, OnlyRun, avoided, kinds, versions, and the clock's.</summary>
internal static class ReadyStages
{
    /// <summary>Of a run: open, and within its limit.</summary>
    public static string RunMay(string run) =>
        $"""
        {run}.active > 0 AND NOT {run}.paused AND NOT {run}.cancelled AND (CAST(@OnlyRun AS TEXT) IS NULL OR {run}.id = @OnlyRun)
          AND ({run}.max_concurrent = 0 OR (SELECT COUNT(*) FROM claim c WHERE c.run_id = {run}.id) < {run}.max_concurrent)
        """;

    /// <summary>Of a stage: of the class asked for, of a kind and version that the engine has, of age, no other's work, and none that it leaves to others.</summary>
    public static string StageMay(string stage, Dialect dialect) =>
        $"""
        {stage}.state = 'ready' AND {stage}.resource = @Resource AND {stage}.waits_for_key IS NULL AND {stage}.not_before <= {dialect.Clock}
          AND ({stage}.version IS NULL AND {stage}.kind {dialect.In("kinds")} OR {stage}.kind || '@' || {stage}.version {dialect.In("versions")})
          AND NOT {stage}.run_id || ' ' || {stage}.kind {dialect.In("avoided")}
        """;
}
