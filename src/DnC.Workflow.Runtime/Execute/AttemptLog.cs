using System.Text;

namespace DnC.Workflow.Runtime.Execute;

/// <summary>
/// The log of one attempt: its beginning as it happens, and its end when it is closed; what lies between, beyond a bound, is counted and left out.
/// The file appears with the first line. Safe from several threads.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="time">For the time before each line.</param>
/// <param name="maxBytes">Bytes of the beginning that are kept. [ours]</param>
public sealed class AttemptLog(string path, TimeProvider time, int maxBytes = 1 << 20) : IDisposable
{
    private const int TailLines = 200;
    private const int MaxLine = 4096;
    private readonly Lock _lock = new();
    private readonly Queue<(string Text, bool Written)> _tail = new();
    private FileStream? _file;
    private long _bytes;
    private long _unwritten;
    private string? _broken;

    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>Adds a line. A log that cannot be written (full disk) does not stop a stage: its end stays in memory.</summary>
    public void Line(string text)
    {
        var line = $"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z {(text.Length > MaxLine ? text[..MaxLine] + " …" : text)}";
        lock (_lock)
        {
            var written = _broken is null && _bytes < maxBytes && Write(line);
            if (!written)
                _unwritten++;
            _tail.Enqueue((line, written));
            if (_tail.Count > TailLines)
                _tail.Dequeue();
        }
    }

    /// <summary>The last lines, for a failure's detail.</summary>
    public string Tail(int lines = 40)
    {
        lock (_lock)
            return string.Join('\n', _tail.TakeLast(lines).Select(t => t.Text));
    }

    /// <summary>Writes what the bound held back of the end.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            var held = _tail.Where(t => !t.Written).Select(t => t.Text).ToList();
            if (_broken is null && held.Count > 0 && Write($"… {_unwritten - held.Count} lines left out …"))
            {
                foreach (var line in held)
                    Write(line);
            }

            _tail.Clear();
            _file?.Dispose();
            _file = null;
        }
    }

    private bool Write(string line)
    {
        try
        {
            if (_file is null)
            {
                WorkArea.Make(System.IO.Path.GetDirectoryName(Path)!);

                // Unbuffered: what cannot be written is not tried again at the end.
                _file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            }

            var bytes = Encoding.UTF8.GetBytes(line + '\n');
            _file.Write(bytes);
            _bytes += bytes.Length;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _broken = e.Message;
            _tail.Enqueue(($"The log cannot be written: {e.Message}", false));
            return false;
        }
    }
}
