using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.TestHost.Bodies;

/// <summary>Writes an output of a given size.</summary>
public sealed class Fill : IStageExecutor
{
    /// <inheritdoc/>
    public string Kind => "fill";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public StageResult Execute(StageContext context)
    {
        var size = context.Read<Settings>().Bytes;
        using var file = new FileStream(Path.Combine(context.OutputFolder, "big.bin"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[1 << 16];
        for (var written = 0L; written < size; written += block.Length)
            file.Write(block);
        return StageResult.Of(new { size });
    }

    /// <summary>Settings.</summary>
    /// <param name="Bytes">The size.</param>
    public sealed record Settings(long Bytes);
}
