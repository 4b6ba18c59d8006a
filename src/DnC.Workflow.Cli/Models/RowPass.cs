using DnC.Workflow.Cli.Tables;
using DnC.Workflow.Cli.Terminal;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Export;

namespace DnC.Workflow.Cli.Models;

/// <summary>All images of a folder through a model into a table: in bounded memory, and going on after a kill.</summary>
/// <param name="pass">The model.</param>
/// <param name="source">The images.</param>
/// <param name="terminals">Where progress is told.</param>
internal sealed class RowPass(EncoderPass pass, IImageSource source, Terminals terminals)
{
    /// <summary>Batches in a segment: what a kill loses at most. [ours]</summary>
    private const int SegmentBatches = 8;

    /// <summary>Adds to a table what it lacks.</summary>
    /// <param name="table">The table.</param>
    /// <param name="width">Values in a row.</param>
    /// <param name="rows">Makes the rows of a batch.</param>
    public void Run(PartialTable table, int width, Func<EncodedBatch, float[]> rows)
    {
        var set = pass.Set(source);
        var segment = SegmentBatches * pass.Batch(set.Count);
        var first = (int)Math.Min(set.Count, (long)table.Segments * segment);
        if (first == set.Count)
            return;
        PassProgress.Show(terminals.Error, terminals.Time, set.Count, first, told =>
        {
            var (ids, values, end) = (new List<string>(), new List<float>(), End(first));
            foreach (var batch in pass.From(set, first))
            {
                // Batches without a readable image do not come: whole segments may have none.
                while (batch.Images[0] >= end)
                    Close();
                ids.AddRange(batch.Images.Select(set.Id));
                values.AddRange(rows(batch));
                told(Math.Min(set.Count, batch.Images[^1] + 1));
            }

            while (first < set.Count)
                Close();
            told(set.Count);

            void Close()
            {
                table.Add(ids, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values), width, Skipped(set, first, end));
                ids.Clear();
                values.Clear();
                first = end;
                end = End(first);
            }
        });

        int End(int from) => (int)Math.Min(set.Count, (long)from + segment);
    }

    // The loader is ahead: it may know of later ones already.
    private static SkippedImage[] Skipped(ImageSet set, int first, int end) =>
        [.. set.Bad.Images.Where(b => b.Index >= first && b.Index < end).Select(b => new SkippedImage(b.Id, b.Reason))];
}
