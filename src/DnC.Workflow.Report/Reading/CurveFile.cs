using System.Text;
using System.Text.Json;
using DnC.Workflow.Report.Facts;

namespace DnC.Workflow.Report.Reading;

/// <summary>Reads a training's metrics.jsonl as a stream: of any length, in bounded memory.</summary>
internal static class CurveFile
{
    private const int BufferBytes = 1 << 18;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file: a JSON object a line.</param>
    /// <param name="stage">The stage that wrote it.</param>
    /// <param name="group">As in <see cref="CurveFacts.Group"/>.</param>
    /// <param name="most">Points of each series at most.</param>
    /// <exception cref="JsonException">A line is no JSON.</exception>
    public static CurveFacts Read(string path, string stage, string group, int most)
    {
        var series = new Series(most);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        var buffer = new byte[BufferBytes];
        var held = 0;
        while (true)
        {
            var read = file.Read(buffer, held, buffer.Length - held);
            held += read;
            var start = 0;
            for (int end; (end = buffer.AsSpan(start, held - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
                series.Add(buffer.AsSpan(start, end));
            if (read == 0)
            {
                series.Add(buffer.AsSpan(start, held - start));
                return series.Facts(stage, group);
            }

            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
            if (held == buffer.Length)
                Array.Resize(ref buffer, 2 * buffer.Length);
        }
    }

    /// <summary>Reads the curve so far out of a training's checkpoint, whose state is small beside the weights there.</summary>
    /// <param name="path">The state: a JSON object with the points as 'curve'.</param>
    /// <param name="stage">The stage that wrote it.</param>
    /// <param name="group">As in <see cref="CurveFacts.Group"/>.</param>
    /// <param name="most">Points of each series at most.</param>
    /// <returns>The curve; null where there is no point of it yet.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static CurveFacts? ReadCheckpoint(string path, string stage, string group, int most)
    {
        using var file = File.OpenRead(path);
        using var state = JsonDocument.Parse(file);
        if (!state.RootElement.TryGetProperty("curve", out var curve) || curve.ValueKind != JsonValueKind.Array || curve.GetArrayLength() == 0)
            return null;
        var series = new Series(most);
        foreach (var point in curve.EnumerateArray())
            series.Add(Encoding.UTF8.GetBytes(point.GetRawText()));
        return series.Facts(stage, group);
    }

    private sealed class Series(int most)
    {
        private readonly CurveBuckets _loss = new(most);
        private readonly CurveBuckets _rate = new(most);
        private readonly CurveBuckets _norm = new(most);
        private readonly CurveBuckets _speed = new(most);
        private readonly CurveBuckets _rank = new(most);
        private long _points;

        public void Add(ReadOnlySpan<byte> line)
        {
            if (line.Trim((byte)' ').TrimEnd((byte)'\r').IsEmpty)
                return;
            var reader = new Utf8JsonReader(line);
            long step = 0;
            CurveBuckets? of = null;
            var isStep = false;
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    isStep = reader.ValueSpan.Length == 4 && reader.ValueTextEquals("step"u8);
                    of = isStep ? null : Of(ref reader);
                }
                else if (reader.TokenType == JsonTokenType.Number && isStep)
                {
                    step = reader.GetInt64();
                }
                else if (reader.TokenType == JsonTokenType.Number)
                {
                    // The step stands first in its line.
                    of?.Add(step, reader.GetDouble());
                }
            }

            _points++;
        }

        public CurveFacts Facts(string stage, string group) =>
            new(stage, group, _points, _loss.Series(), _rate.Series(), _norm.Series(), _speed.Series(), _rank.Series());

        // By its length first: there are tens of millions of names in a long run's curves.
        private CurveBuckets? Of(ref Utf8JsonReader reader) => reader.ValueSpan.Length switch
        {
            4 when reader.ValueTextEquals("loss"u8) => _loss,
            12 when reader.ValueTextEquals("learningRate"u8) => _rate,
            12 when reader.ValueTextEquals("gradientNorm"u8) => _norm,
            13 when reader.ValueTextEquals("embeddingRank"u8) => _rank,
            15 when reader.ValueTextEquals("imagesPerSecond"u8) => _speed,
            _ => null,
        };
    }
}
