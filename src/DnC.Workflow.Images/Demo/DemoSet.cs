using System.Text;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Demo;

/// <summary>
/// An uncurated image set that the project renders itself: four visual domains, a hundred classes of Zipf's sizes, 32 pixels a side,
/// as WebDataset shards with <c>labels.csv</c> beside them. The same options give the same bytes on every platform.
/// </summary>
public static class DemoSet
{
    /// <summary>
    /// Makes sure that a folder holds the set of these options. A complete one is kept; another demo set there is replaced. The set is
    /// rendered beside the folder and moved into place whole, so that a killed process leaves no half of it.
    /// </summary>
    /// <returns>True if it was rendered, false if it was there.</returns>
    /// <exception cref="UserInputException">The folder holds something else.</exception>
    /// <exception cref="OperationCanceledException">Stopped; the folder is as it was.</exception>
    public static bool Ensure(string folder, DemoOptions options, int threads, CancellationToken stop = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        options.Check();
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (DemoManifest.Complete(folder, options)) return false;
        RefuseForeign(folder);
        string partial = folder + ".partial", replaced = folder + ".replaced";
        Delete(partial);
        Delete(replaced);
        Directory.CreateDirectory(partial);
        try
        {
            Render(partial, options, threads, stop);
            if (Directory.Exists(folder)) Directory.Move(folder, replaced);
            Directory.Move(partial, folder);
        }
        finally
        {
            Delete(partial);
            Delete(replaced);
        }
        return true;
    }

    private static void Render(string folder, DemoOptions options, int threads, CancellationToken stop)
    {
        var shards = new DemoShards(folder, threads, stop);
        var parts = DemoPart.All(options);
        var firstKey = 0;
        foreach (var part in parts)
        {
            shards.Write(part, firstKey);
            firstKey += part.Classes.Length;
        }
        File.WriteAllText(Path.Combine(folder, "labels.csv"), Labels(options, parts));
        DemoManifest.Of(folder, options).Write(folder);
    }

    private static string Labels(DemoOptions options, IReadOnlyList<DemoPart> parts)
    {
        var sizes = DemoPart.ZipfSizes(options);
        var text = new StringBuilder("file,split,domain_id,domain,class_id,class,group,pretrain_count,tier,source\n");
        var key = 0;
        foreach (var part in parts)
            foreach (var one in part.Classes)
            {
                var tier = sizes[one.Id] switch { >= 100 => "many", >= 20 => "medium", _ => "few" };
                text.Append($"{part.Name}/{DemoShards.KeyOf(key++)}.png,{part.Name},{one.DomainId},{one.Domain.Name},")
                    .Append($"{one.Id},{one.Name},,{sizes[one.Id]},{tier},rendered\n");
            }
        return text.ToString();
    }

    private static void RefuseForeign(string folder)
    {
        if (File.Exists(folder)) throw new UserInputException($"{folder} is a file; the demo set needs a folder. Name another place.");
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any()) return;
        if (File.Exists(Path.Combine(folder, DemoManifest.FileName))) return;
        throw new UserInputException($"{folder} holds something other than a demo set (it has no {DemoManifest.FileName}). Name an empty or new folder.");
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
