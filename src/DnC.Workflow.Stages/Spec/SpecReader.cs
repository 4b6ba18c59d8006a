using System.Text.Json;
using System.Text.Json.Nodes;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Stages.Spec;

/// <summary>JSON with comments → <see cref="RunSpec"/>. Every error names the setting's path, the value, and what it may be; all are reported at once.</summary>
public static class SpecReader
{
    private static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads a spec.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="preset">A preset of the file, or null for the one the file names.</param>
    /// <param name="overrides">'path=value', as 'base.epochs=10'.</param>
    /// <exception cref="UserInputException">Anything is wrong with it.</exception>
    public static RunSpec Read(string json, string file, string? preset = null, IReadOnlyList<string>? overrides = null)
    {
        try
        {
            var root = JsonNode.Parse(json, documentOptions: Reading) as JsonObject
                ?? throw new UserInputException($"{file}: a spec is a JSON object, {{ … }}.");
            return Checked(root, file, preset, overrides ?? []);
        }
        catch (JsonException e)
        {
            throw new UserInputException($"{file}: not JSON: {JsonMistake.Describe(e, json)}", e);
        }
        catch (InvalidOperationException e)
        {
            // A name is decoded only when it is read: half a surrogate pair parses and is no text.
            throw new UserInputException($"{file}: a name in it is no valid Unicode: {e.Message}", e);
        }
    }

    private static RunSpec Checked(JsonObject root, string file, string? preset, IReadOnlyList<string> overrides)
    {
        var errors = new List<string>();
        Presets.Apply(root, file, preset, errors);
        if (errors.Count > 0)
            throw Wrong(file, errors, []);
        var refused = new List<string>();
        var laid = overrides.Select(line => SpecOverride.Apply(root, line, refused)).OfType<SpecOverride>().ToArray();
        root.Remove("$schema");
        SpecCheck.Object(root, SpecShape.Root, "", errors);
        if (errors.Count + refused.Count > 0)
            throw Wrong(file, errors, refused);
        var spec = root.Deserialize<RunSpec>(SpecJson.Options)!;
        foreach (var conflict in SpecCheck.Together(spec))
        {
            // The file alone was right where a value from the command line takes part.
            var blamed = laid.Where(o => conflict.Settings.Any(o.Touches)).ToArray();
            if (blamed.Length > 0)
                refused.Add($"{string.Join(' ', blamed.AsEnumerable())}: {conflict.Message}");
            else
                errors.Add(conflict.Message);
        }

        return errors.Count + refused.Count > 0 ? throw Wrong(file, errors, refused) : spec;
    }

    /// <param name="file">The file's name.</param>
    /// <param name="errors">What is wrong in it.</param>
    /// <param name="refused">What is wrong on the command line: each names its option.</param>
    private static UserInputException Wrong(string file, List<string> errors, List<string> refused)
    {
        IEnumerable<string> inFile = errors switch
        {
            [] => [],
            [var one] => [$"{file}: {one}"],
            _ => [$"{file}: {errors.Count} settings are wrong:", .. errors.Select(e => "  " + e)],
        };
        return new UserInputException(string.Join('\n', refused.Concat(inFile)));
    }
}
