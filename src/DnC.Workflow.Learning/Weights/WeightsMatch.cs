using static TorchSharp.torch;

namespace DnC.Workflow.Learning.Weights;

/// <summary>Tensors that were read against those of a network.</summary>
public static class WeightsMatch
{
    /// <summary>Copies them into the network.</summary>
    /// <param name="read">What a file holds.</param>
    /// <param name="state">The network's own tensors.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="network">The network, for messages.</param>
    /// <exception cref="WeightsFileException">They are not the same names and shapes: lists all that differ. Nothing was copied.</exception>
    public static void Copy(IReadOnlyDictionary<string, Tensor> read, IReadOnlyDictionary<string, Tensor> state, string path, string network)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(state);
        var wrong = Mismatches(read.ToDictionary(r => r.Key, r => r.Value.shape, StringComparer.Ordinal), state.ToDictionary(s => s.Key, s => s.Value.shape, StringComparer.Ordinal));
        if (wrong.Count > 0)
            throw new WeightsFileException(path, $"its weights are not those of {network}: {string.Join("; ", wrong)}");
        using var _ = no_grad();
        foreach (var (name, value) in state)
            value.copy_(read[name]);
    }

    /// <summary>A text for each name that is on one side only and each shape that differs, in the order of the names.</summary>
    public static IReadOnlyList<string> Mismatches(IReadOnlyDictionary<string, long[]> found, IReadOnlyDictionary<string, long[]> expected)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(expected);
        return
        [
            .. expected.Where(e => !found.ContainsKey(e.Key)).OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"'{e.Key}' is missing, expected {Shown(e.Value)}"),
            .. found.Keys.Where(k => !expected.ContainsKey(k)).Order(StringComparer.Ordinal).Select(k => $"'{k}' is not of this network"),
            .. expected.Where(e => found.TryGetValue(e.Key, out var f) && !f.SequenceEqual(e.Value)).OrderBy(e => e.Key, StringComparer.Ordinal)
                .Select(e => $"'{e.Key}' is {Shown(found[e.Key])}, expected {Shown(e.Value)}"),
        ];
    }

    private static string Shown(long[] shape) => $"[{string.Join(", ", shape)}]";
}
