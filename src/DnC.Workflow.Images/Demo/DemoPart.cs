using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>One part of a demo set: which class each of its images shows. Everything is derived from (seed, part, index).</summary>
internal sealed class DemoPart
{
    private readonly ulong _key;

    private DemoPart(string name, bool labelled, ulong seed, IEnumerable<DemoClass> classes)
    {
        Name = name;
        Labelled = labelled;
        _key = DerivedRandom.Derive(seed, DerivedRandom.HashOf(name));
        Classes = [.. classes];
        new DerivedRandom(DerivedRandom.Derive(_key, ulong.MaxValue)).Shuffle(Classes.AsSpan());
    }

    /// <summary><c>pretrain</c>, <c>probe</c> or <c>test</c>.</summary>
    public string Name { get; }

    /// <summary>Whether its shards hold labels.</summary>
    public bool Labelled { get; }

    /// <summary>The class of each image.</summary>
    public DemoClass[] Classes { get; }

    /// <summary>The three parts, in the order in which they are written.</summary>
    public static IReadOnlyList<DemoPart> All(DemoOptions options)
    {
        var sizes = ZipfSizes(options);
        return
        [
            new DemoPart("pretrain", false, options.Seed, DemoClass.All.SelectMany(one => Enumerable.Repeat(one, sizes[one.Id]))),
            new DemoPart("probe", true, options.Seed, Balanced(options.Probe)),
            new DemoPart("test", true, options.Seed, Balanced(options.Test)),
        ];
    }

    /// <summary>Images of each class in the pretrain part: the class of rank r gets a share in proportion to 1/r, and at least one.</summary>
    public static int[] ZipfSizes(DemoOptions options)
    {
        var ranks = Enumerable.Range(0, DemoClass.All.Count).ToArray();
        new DerivedRandom(DerivedRandom.Derive(options.Seed, DerivedRandom.HashOf("class ranks"))).Shuffle(ranks.AsSpan());
        var spare = options.Pretrain - ranks.Length;
        var total = ranks.Sum(rank => 1.0 / (rank + 1));
        var shares = ranks.Select(rank => spare / (rank + 1.0) / total).ToArray();
        var sizes = shares.Select(share => 1 + (int)share).ToArray();
        var left = options.Pretrain - sizes.Sum();
        foreach (var id in Enumerable.Range(0, ranks.Length).OrderByDescending(id => shares[id] - (int)shares[id]).ThenBy(id => id).Take(left))
            sizes[id]++;
        return sizes;
    }

    /// <summary>One image as a PNG file.</summary>
    public byte[] Render(int index)
    {
        var draws = new DerivedRandom(DerivedRandom.Derive(_key, (ulong)index));
        var one = Classes[index];
        var scene = one.Domain.Compose(one.Number, ref draws);
        return PngFile.Write(ScenePainter.Paint(scene, DemoOptions.Side, ref draws), DemoOptions.Side, DemoOptions.Side);
    }

    private static IEnumerable<DemoClass> Balanced(int count) => Enumerable.Range(0, count).Select(i => DemoClass.All[i % DemoClass.All.Count]);
}
