using YamlDotNet.RepresentationModel;

namespace DnC.Workflow.Cli.Tests.Deploy;

/// <summary>The files of 'deploy/' as their tools read them.</summary>
internal static class DeployFiles
{
    public static string PathOf(params string[] parts) => Path.Combine([Repository.Root, "deploy", .. parts]);

    /// <summary>All documents of a YAML file, with merge keys resolved.</summary>
    public static List<YamlNode> Yaml(params string[] parts)
    {
        using var reader = new StreamReader(PathOf(parts));
        var stream = new YamlStream();
        stream.Load(new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(reader)));
        return [.. stream.Documents.Select(d => d.RootNode)];
    }

    /// <summary>Every value of a key, wherever it stands.</summary>
    public static IEnumerable<YamlNode> Find(YamlNode node, string key) => node switch
    {
        YamlMappingNode map => map.Children.SelectMany(c => c.Key is YamlScalarNode { Value: var name } && name == key ? Find(c.Value, key).Prepend(c.Value) : Find(c.Value, key)),
        YamlSequenceNode list => list.Children.SelectMany(c => Find(c, key)),
        _ => [],
    };

    /// <summary>A list of words.</summary>
    public static string[] Words(YamlNode node) => [.. ((YamlSequenceNode)node).Children.Select(c => ((YamlScalarNode)c).Value!)];

    /// <summary>The values of a key in a systemd unit.</summary>
    public static IEnumerable<string> Unit(string key) => File.ReadLines(PathOf("systemd", "dnc-worker@.service"))
        .Where(l => l.StartsWith(key + "=", StringComparison.Ordinal))
        .Select(l => l[(key.Length + 1)..]);
}
