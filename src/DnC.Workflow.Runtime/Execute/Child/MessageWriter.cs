using System.Text.Json;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Execute.Child;

/// <summary>Writes whole lines of JSON; safe from several threads.</summary>
/// <param name="stream">One end of a pipe.</param>
public sealed class MessageWriter(Stream stream)
{
    private readonly Lock _lock = new();

    /// <summary>Writes a message and flushes it.</summary>
    /// <returns>False: nobody reads any more. Why, the end of the process on the other side tells.</returns>
    public bool Write<T>(T message)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(message, SpecJson.Options), (byte)'\n'];
        lock (_lock)
        {
            try
            {
                stream.Write(line);
                stream.Flush();
                return true;
            }
            catch (IOException)
            {
                return false;
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }
}
