using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DnC.Workflow.Elsa.Tests.Definitions;

/// <summary>
/// A server that knows a version of a definition takes what it is given for that version, also under workflows that run: so what has changed has
/// a new version, and the id that goes with it.
/// </summary>
public class VersionTests
{
    private static readonly string s_golden = Checkout.At("tests", "DnC.Workflow.Elsa.Tests", "Definitions", "versions.json");
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true };

    [Fact]
    public void What_has_changed_has_a_new_version()
    {
        var known = JsonSerializer.Deserialize<Dictionary<string, Known>>(File.ReadAllText(s_golden))!;
        var now = DefinitionTests.Files.ToDictionary(file => file.Data, file => Look(file.Data), StringComparer.Ordinal);
        foreach (var (file, definition) in now)
        {
            if (known.TryGetValue(file, out var before) && before.Digest != definition.Digest)
                Assert.True(definition.Version > before.Version, $"{file} has changed: raise its 'version' above {before.Version} and the number in its 'id', then run this test once with DNC_REWRITE_GOLDEN=1.");
        }

        if (Environment.GetEnvironmentVariable("DNC_REWRITE_GOLDEN") == "1")
            File.WriteAllText(s_golden, JsonSerializer.Serialize(new SortedDictionary<string, Known>(now, StringComparer.Ordinal), s_readable) + "\n");
        else
            Assert.Equal(known.OrderBy(d => d.Key, StringComparer.Ordinal), now.OrderBy(d => d.Key, StringComparer.Ordinal));
    }

    // Blank space and line ends are no change.
    private static Known Look(string file)
    {
        var definition = JsonNode.Parse(File.ReadAllBytes(Checkout.At("workflows", "elsa", file)))!;
        var version = (int)definition["version"]!;
        Assert.Equal($"{definition["definitionId"]}-{version}", (string?)definition["id"]);
        return new Known(version, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(definition.ToJsonString()))));
    }

    private sealed record Known(int Version, string Digest);
}
