using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DnC.Workflow.Stages.Figures;

namespace DnC.Workflow.Stages.Spec;

/// <summary>Settings that do not go together.</summary>
/// <param name="Message">Names them, their values and the way out.</param>
/// <param name="Settings">Their paths.</param>
internal sealed record SpecConflict(string Message, params string[] Settings);

/// <summary>Holds a parsed spec against its shape.</summary>
internal static class SpecCheck
{
    // A value in a message is to be recognised, not to be read to its end.
    private const int LongestShown = 200;

    public static void Object(JsonObject node, SpecShape shape, string path, List<string> errors)
    {
        foreach (var (name, value) in node)
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            var setting = shape.Settings.FirstOrDefault(s => s.Name == name);
            if (setting is null)
                errors.Add($"'{at}' is not a setting.{Nearest(name, shape, meant => meant)}");
            else if (setting.Kind == SpecKind.Object && value is JsonObject inner)
                Object(inner, setting, at, errors);
            else if (value is null && setting.Optional)
                continue;
            else if (IsHalfText(value))
                errors.Add($"'{at}' is {HalfText}");
            else if (setting.Kind == SpecKind.List && value is JsonArray items)
                Items(items, setting, at, errors);
            else if (!Fits(value, setting.Kind, setting))
                errors.Add($"'{at}' is {Shown(value)}; expected {Expected(setting.Kind, setting)}.");
        }
    }

    /// <summary>The sets of 'presets', each of them a spec in itself, and 'preset', the name of one.</summary>
    public static void Presets(JsonNode? sets, JsonNode? named, List<string> errors)
    {
        if (IsHalfText(named))
            errors.Add($"'preset' is {HalfText}");
        else if (named is not null && named.GetValueKind() != JsonValueKind.String)
            errors.Add($"'preset' is {Shown(named)}; expected the name of one of 'presets'.");
        if (sets is not JsonObject all)
        {
            if (sets is not null)
                errors.Add($"'presets' is {Shown(sets)}; expected an object of named sets of settings, {{ \"short\": {{ … }} }}.");
            return;
        }

        foreach (var (name, set) in all)
        {
            if (set is JsonObject settings)
                Object(settings, SpecShape.Root, $"presets.{name}", errors);
            else
                errors.Add($"'presets.{name}' is {Shown(set)}; expected an object of settings {{ … }}.");
        }
    }

    /// <summary>What no single setting can be blamed for.</summary>
    public static IEnumerable<SpecConflict> Together(RunSpec spec)
    {
        if (spec.Base.Weights is { } weights && spec.Evaluate.Compare.Contains("equal-length"))
            yield return new($"'base.weights' is \"{weights}\", and 'evaluate.compare' asks for equal-length, the base objective for the whole run's length: with given weights nobody knows theirs. Leave one out.", "base.weights", "evaluate.compare");
        if (spec.Base.Weights is { } given && spec.Evaluate.WorthIt)
            yield return new($"'base.weights' is \"{given}\", and 'evaluate.worthIt' asks whether more training of the base would pay, for which it trains a third of it: with given weights nobody knows how. Leave one out.", "base.weights", "evaluate.worthIt");
        foreach (var (path, training, length) in new (string, TrainingSpec, double)[] { ("base", spec.Base, 200), ("experts", spec.Experts, 600), ("distill", spec.Distill, 200) })
        {
            if (training.Epochs is not null && training.Images is not null)
                yield return new($"'{path}.epochs' and '{path}.images' are both given; give one.", $"{path}.epochs", $"{path}.images");
            var epochs = training.Epochs ?? length;
            if (training.Images is null && training.WarmupEpochs > epochs)
            {
                yield return new(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"'{path}.warmupEpochs' is {training.WarmupEpochs}, but '{path}.epochs' is {epochs}, and the warm-up is the first part of them. Shorten it, as with --set {path}.warmupEpochs={epochs / 10:0.###}, or train longer."),
                    $"{path}.warmupEpochs",
                    $"{path}.epochs");
            }
        }

        if (spec.Evaluate.LinearRates.Count == 0)
            yield return new("'evaluate.linearRates' is empty; expected at least one rate.", "evaluate.linearRates");
        if (spec.Evaluate.Compare.Distinct().Count() < spec.Evaluate.Compare.Count)
            yield return new($"'evaluate.compare' names a rival twice: {string.Join(", ", spec.Evaluate.Compare)}.", "evaluate.compare");
        foreach (var conflict in FewLabels(spec.FewLabels))
            yield return conflict;
        if (spec.Embed.Sample < spec.Cluster.K)
            yield return new(string.Create(CultureInfo.InvariantCulture, $"'embed.sample' is {spec.Embed.Sample}; expected at least 'cluster.k', {spec.Cluster.K}."), "embed.sample", "cluster.k");
        if (spec.Cluster.Levels is { Count: > 0 } levels)
        {
            if (levels.Zip(levels.Skip(1).Append(spec.Cluster.K)).Any(l => l.First <= l.Second))
                yield return new(string.Create(CultureInfo.InvariantCulture, $"'cluster.levels' is {string.Join(", ", levels)}; expected falling numbers, all above 'cluster.k', {spec.Cluster.K}."), "cluster.levels", "cluster.k");
            if (spec.Embed.Sample < levels[0])
                yield return new(string.Create(CultureInfo.InvariantCulture, $"'cluster.levels' begins with {levels[0]}, but 'embed.sample' is {spec.Embed.Sample}; expected at most as many centroids as images."), "cluster.levels", "embed.sample");
        }
    }

    private static IEnumerable<SpecConflict> FewLabels(FewLabelsSpec few)
    {
        if (few.Rates.Count == 0)
            yield return new("'fewLabels.rates' is empty; expected at least one rate.", "fewLabels.rates");
        if (few.Shares.Distinct().Count() < few.Shares.Count)
            yield return new(string.Create(CultureInfo.InvariantCulture, $"'fewLabels.shares' names a share twice: {string.Join(", ", few.Shares.Select(s => s.ToString(CultureInfo.InvariantCulture)))}."), "fewLabels.shares");
        if (few.Layers.Count == 0 || few.Layers.Distinct().Count() < few.Layers.Count)
            yield return new($"'fewLabels.layers' is [{string.Join(", ", few.Layers)}]; expected pooled, hidden or both, each once.", "fewLabels.layers");
    }

    private const string HalfText = "no valid Unicode: \\uD800 to \\uDFFF stand for a character only in pairs.";

    // A string is decoded only when it is read: half a surrogate pair parses and is no text.
    private static bool IsHalfText(JsonNode? value)
    {
        if (value is not JsonValue leaf || leaf.GetValueKind() != JsonValueKind.String)
            return false;
        try
        {
            _ = leaf.GetValue<string>();
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static void Items(JsonArray items, SpecShape setting, string at, List<string> errors)
    {
        var kind = SpecShape.KindOf(setting.Type);
        for (var i = 0; i < items.Count; i++)
        {
            if (IsHalfText(items[i]))
                errors.Add($"'{at}[{i.ToString(CultureInfo.InvariantCulture)}]' is {HalfText}");
            else if (!Fits(items[i], kind, setting))
                errors.Add($"'{at}[{i.ToString(CultureInfo.InvariantCulture)}]' is {Shown(items[i])}; expected {Expected(kind, setting)}.");
        }
    }

    private static bool Fits(JsonNode? value, SpecKind kind, SpecShape setting)
    {
        if (value is not JsonValue leaf)
            return false;
        var json = leaf.GetValueKind();
        return kind switch
        {
            SpecKind.Text => json == JsonValueKind.String && Words(leaf.GetValue<string>(), setting),
            SpecKind.Flag => json is JsonValueKind.True or JsonValueKind.False,
            SpecKind.Whole => json == JsonValueKind.Number && Whole(leaf, setting.Type) && InRange(leaf, setting),
            SpecKind.Number => json == JsonValueKind.Number && InRange(leaf, setting),
            _ => false,
        };
    }

    private static bool Words(string text, SpecShape setting) =>
        (setting.Choice is null || setting.Choice.Words.Contains(text)) && (setting.Pattern is null || Regex.IsMatch(text, setting.Pattern.Pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)));

    private static bool Whole(JsonValue leaf, Type type) =>
        long.TryParse(leaf.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
        && (type != typeof(int) || whole is >= int.MinValue and <= int.MaxValue);

    private static bool InRange(JsonValue leaf, SpecShape setting)
    {
        var number = double.Parse(leaf.ToJsonString(), CultureInfo.InvariantCulture);
        return double.IsFinite(number)
            && (setting.Range is not { } range || (number <= range.Max && (range.ExclusiveMin ? number > range.Min : number >= range.Min)));
    }

    private static string Shown(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "an object",
        JsonArray => "a list",
        _ when value.ToJsonString() is { Length: > LongestShown } text => text[..LongestShown] + " …",
        _ => value.ToJsonString(),
    };

    private static string Expected(SpecKind kind, SpecShape setting)
    {
        if (setting.Kind == SpecKind.Object)
            return "an object { … }";
        if (setting.Kind == SpecKind.List && kind == SpecKind.List)
            return "a list [ … ]";
        if (setting.Choice is { } choice)
            return "one of " + string.Join(", ", choice.Words);
        if (setting.Pattern is { } form)
            return form.Words;
        var noun = kind switch { SpecKind.Text => "a text", SpecKind.Flag => "true or false", SpecKind.Whole => "a whole number", _ => "a number" };
        return setting.Range is { } range
            ? string.Create(CultureInfo.InvariantCulture, $"{noun} {(range.ExclusiveMin ? "above" : "from")} {range.Min} {(range.ExclusiveMin ? "up " : "")}to {range.Max}")
            : noun;
    }

    /// <summary>What the writer of an unknown name may have meant.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="shape">The object that has no such setting.</param>
    /// <param name="whole">What to write instead, for a setting of that object.</param>
    public static string Nearest(string name, SpecShape shape, Func<string, string> whole)
    {
        var names = shape.Settings.Select(s => s.Name);
        return NearName.Of(name, names) is { } meant ? $" Did you mean '{whole(meant)}'?" : $" There are: {string.Join(", ", names)}.";
    }
}
