using System.Globalization;
using DnC.Workflow.Images.Loading;
using DnC.Workflow.Learning.Clustering;
using DnC.Workflow.Learning.Models;
using DnC.Workflow.Learning.Training;
using DnC.Workflow.Stages.Execution;
using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Phases;

/// <summary>
/// The passes over un-augmented images that a stage makes, one after the other, each of which writes a matrix with a row for every readable
/// image. They share one resume point: passes that are done come along in each checkpoint and are not made again.
/// </summary>
/// <remarks>A resumed attempt knows its passes by their order, so equal settings and inputs have to lead to the same passes.</remarks>
/// <param name="context">The stage.</param>
/// <param name="device">Where networks run.</param>
internal sealed class PassSequence(StageContext context, StageDevice device)
{
    private readonly List<PassCheckpoint.Finished> _finished = [];
    private readonly CheckpointPace _pace = new(context.Options.CheckpointSeconds, TimeProvider.System);
    private long _steps;

    /// <summary>Finished passes that the resume point holds.</summary>
    private int _saved;

    /// <summary>Steps of the stage that came before its passes.</summary>
    public long Before { get; init; }

    /// <summary>Steps of the whole stage, as far as they are known beforehand.</summary>
    public long Expected { get; set; }

    /// <summary>What else a checkpoint in the middle of a pass holds; given its folder.</summary>
    public Action<string>? Beside { get; init; }

    /// <summary>Whether the passes write checkpoints: not where the resume point lies behind them, since one of theirs would take its place.</summary>
    public bool Saves { get; init; } = true;

    /// <summary>Steps of the stage up to the end of the last pass.</summary>
    public long Steps => Before + _steps;

    /// <summary>Batches of a set of images: steps of the stage's progress.</summary>
    public long Batches(int images) => (images + (long)Batch - 1) / Batch;

    /// <summary>Makes the next pass through a network in eval mode, or what is left of it.</summary>
    /// <param name="path">The matrix, in the stage's scratch or output folder. Nobody may write to it afterwards.</param>
    /// <param name="columns">Length of its rows.</param>
    /// <param name="phase">For people: what the pass is for.</param>
    /// <param name="set">The images.</param>
    /// <param name="encoder">The network.</param>
    /// <param name="layer">The layer whose features are wanted.</param>
    /// <param name="append">Appends a row to the matrix for each of the float32 features (count, width), which it may not keep.</param>
    /// <param name="element">What the matrix' values are on the disk.</param>
    /// <returns>By row: the image's index in the set, rising.</returns>
    /// <exception cref="StageStopped">Asked to stop between two batches; a checkpoint is written.</exception>
    public int[] Run(
        string path, int columns, string phase, ImageSet set, Encoder encoder, string layer, Action<Tensor, FeatureMatrixWriter> append, FeatureElement element = FeatureElement.Float32)
    {
        encoder.eval();
        return Run(path, columns, phase, set, encoder.Spec.Side, (images, matrix) =>
            FeaturePass.Forward(device, encoder, images, layer, features => append(features, matrix)), element);
    }

    /// <summary>Makes the next pass over the images themselves, or what is left of it: as the other, with a row appended for each image of a batch.</summary>
    public int[] Run(
        string path, int columns, string phase, ImageSet set, int side, Action<PlainBatch, FeatureMatrixWriter> append, FeatureElement element = FeatureElement.Float32)
    {
        if (_finished.Count > 0)
            Between();
        var pass = new PassCheckpoint(set, _finished.Count);
        using (var matrix = Start(pass, path, columns, phase, element))
        {
            var (first, rows, all) = (pass.Next, matrix.Rows, Steps + Batches(set.Count));
            if (first == set.Count && _saved == _finished.Count)
                _saved++;
            foreach (var images in new PlainBatches(set, side, Batch, LoaderThreads.For(device)).From(first))
            {
                append(images, matrix);
                // A batch may lack its last images, if they are bad; its end is where the next one begins all the same.
                var behind = images.Indices[images.Count - 1] + 1 - first;
                var next = (int)Math.Min(set.Count, first + (Batches(behind) * Batch));
                var step = Steps + Batches(next);
                context.Report.Progress(new StageProgress(step, Math.Max(Expected, all), Phase: phase));
                var stop = context.StopRequested();
                if (next == set.Count)
                    continue;
                if (stop || _pace.IsDue)
                {
                    Save(step, folder => pass.Save(folder, next, segment => matrix.SaveRows(rows, segment)));
                    rows = matrix.Rows;
                }

                if (stop)
                    throw new StageStopped();
            }

            matrix.Complete();
        }

        _finished.Add(pass.Finish(path));
        _steps += Batches(set.Count);
        return [.. pass.Readable(set.Count)];
    }

    /// <summary>Adds the passes made so far to a checkpoint that is not committed yet.</summary>
    public void AddTo(string checkpoint)
    {
        foreach (var pass in _finished)
            pass.Save(checkpoint);
    }

    /// <summary>Makes the end of the passes the resume point, unless it is that already: for what follows them.</summary>
    /// <param name="now">Whether to do so before a checkpoint is due.</param>
    public void Keep(bool now)
    {
        if (_saved < _finished.Count && (now || _pace.IsDue))
            Save(Steps, _ => { });
    }

    private int Batch => Math.Max(1, context.Options.ForwardBatch);

    /// <summary>A pass ends without a checkpoint, since it may be the stage's last work; where another one follows, it may be time for one.</summary>
    private void Between()
    {
        var stop = context.StopRequested();
        Keep(now: stop);
        if (stop)
            throw new StageStopped();
    }

    private void Save(long step, Action<string> current)
    {
        if (!Saves)
            return;
        _pace.Write(() =>
        {
            var folder = context.Checkpoints.Begin(step);
            AddTo(folder);
            current(folder);
            Beside?.Invoke(folder);
            context.Checkpoints.Commit(folder, step);
        });
        _saved = _finished.Count;
    }

    /// <summary>The output, holding the rows of the checkpoint if there is one that can be used.</summary>
    private FeatureMatrixWriter Start(PassCheckpoint pass, string path, int columns, string phase, FeatureElement element)
    {
        var matrix = FeatureMatrixWriter.Create(path, columns, element);
        if (context.Checkpoints.ResumeFolder is not { } folder || !pass.IsIn(folder))
            return matrix;
        try
        {
            pass.Load(folder);
            foreach (var segment in pass.Segments)
            {
                using var rows = FeatureMatrix.Open(segment);
                matrix.Append(rows);
            }

            if (matrix.Rows != pass.Readable(pass.Next).Count())
                throw new InvalidDataException($"{folder}: holds {matrix.Rows} rows of {pass.Next} images");
            context.Report.Log(string.Create(CultureInfo.InvariantCulture, $"Going on at image {pass.Next} ({phase})."));
            return matrix;
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            // The ledger named it, so it was whole once: a damaged disk. Starting over loses time, never the result.
            context.Report.Log($"The checkpoint cannot be used; starting from the beginning ({phase}). {e.Message}");
            pass.Forget();
            matrix.Dispose();
            return FeatureMatrixWriter.Create(path, columns, element);
        }
    }
}
