using System.Globalization;
using DnC.Workflow.Runtime.Artifacts;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;

namespace DnC.Workflow.Runtime.Execute.Tracking;

/// <summary>
/// The curves of one attempt as a file for TensorBoard, in FOLDER/RUN/STAGE; the file appears with the first point. Every attempt has a file
/// of its own, which begins by saying from which step on the ones before it do not count: TensorBoard drops those points, so what a lost
/// attempt did after its last checkpoint is shown once. A file that cannot be written is said in the attempt's log and hurts nothing else.
/// </summary>
/// <param name="folder">The folder of all curves.</param>
/// <param name="claim">The attempt's.</param>
/// <param name="time">For the time of each point.</param>
/// <param name="log">Takes a line of the attempt's log.</param>
internal sealed class TensorBoardCurves(string folder, StageClaim claim, TimeProvider time, Action<string> log) : IDisposable
{
    private readonly Lock _lock = new();
    private FileStream? _file;
    private bool _broken;
    private long _next = (claim.Resume?.Step ?? -1) + 1;

    /// <summary>TensorBoard reads a folder's files in the order of their names, and never goes back: the fence orders attempts on whatever machine.</summary>
    public string Path { get; } = System.IO.Path.Combine(
        folder,
        ArtifactNames.Segment(claim.Ticket.Run),
        ArtifactNames.Segment(claim.Node.Name),
        string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{claim.Ticket.Fence:D10}.{Environment.MachineName}"));

    /// <summary>Adds a point; on disk for readers when it returns.</summary>
    public void Add(StageMetrics point)
    {
        lock (_lock)
        {
            if (_broken)
                return;
            try
            {
                Write(point);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _broken = true;
                log($"The curves for TensorBoard end here, since their file cannot be written: {e.Message}");
            }
        }
    }

    private void Write(StageMetrics point)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        using var records = new MemoryStream();
        if (_file is null)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);

            // Unbuffered, and a point in one write: a reader sees it at once, and a kill cuts off the last record at most.
            _file = new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            TensorBoardEvent.Frame(records, TensorBoardEvent.Version(now));
            TensorBoardEvent.Frame(records, TensorBoardEvent.Start(now, Math.Min(_next, point.Step)));
        }
        else if (point.Step < _next)
        {
            // A checkpoint that could not be used: the body began again.
            TensorBoardEvent.Frame(records, TensorBoardEvent.Start(now, point.Step));
        }

        TensorBoardEvent.Frame(records, TensorBoardEvent.Scalars(now, point));
        _file.Write(records.GetBuffer(), 0, (int)records.Length);
        _next = point.Step + 1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _broken = true;
            _file?.Dispose();
        }
    }
}
