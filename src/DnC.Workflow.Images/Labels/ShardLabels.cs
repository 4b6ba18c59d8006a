using System.Text;
using System.Text.Json;
using DnC.Workflow.Images.Formats;
using DnC.Workflow.Images.Formats.Tar;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Images.Labels;

/// <summary>
/// Labels as WebDataset shards hold them: beside KEY.jpg a KEY.cls with the class's number in digits, and a KEY.json, of which the strings
/// <c>class</c> and <c>domain</c> are taken.
/// </summary>
internal static class ShardLabels
{
    /// <summary>Bytes of one label file [ours].</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>The labels of a part; null where its shards hold none. Names are numbered among those of probe, test and this part.</summary>
    public static ImageLabels? Read(DataPartition partition, DataPart part)
    {
        if (Rows(partition, part) is not { } rows) return null;
        var all = partition.Parts.Where(other => other.Name != part.Name && other.Name != DataPart.Train)
            .SelectMany(other => Rows(partition, other) ?? []).Concat(rows);
        return ImageLabels.Of(rows, [.. all], $"the shards of '{partition.Folder}'");
    }

    private static LabelRow[]? Rows(DataPartition partition, DataPart part)
    {
        var ids = new List<string>();
        var rows = new List<LabelRow?>();
        foreach (var name in part.Files)
        {
            var index = TarIndex.Scan(Path.Combine(partition.Folder, name));
            var members = index.Members.ToDictionary(member => member.Name, StringComparer.Ordinal);
            using var handles = new ShardHandles([index]);
            foreach (var member in index.Members.Where(member => ImageNames.IsImage(member.Name)))
            {
                var key = member.Name[..^Path.GetExtension(member.Name).Length];
                ids.Add($"{name}/{member.Name}");
                rows.Add(Row(index, handles, members, key));
            }
        }
        return LabelRefusal.Whole([.. rows], part, $"the shards of '{partition.Folder}'", i => ids[i]);
    }

    private static LabelRow? Row(TarIndex index, ShardHandles handles, Dictionary<string, TarMember> members, string key)
    {
        int? number = null;
        string? name = null, domain = null;
        if (members.TryGetValue(key + ".cls", out var cls))
            number = LabelRefusal.Number(Encoding.UTF8.GetString(Bytes(index, handles, cls)).TrimEnd('\0'), $"'{index.Path}'", $"'{cls.Name}'");
        if (members.TryGetValue(key + ".json", out var json)) (name, domain) = Names(index, json, Bytes(index, handles, json));
        return number is null && name is null ? null : new LabelRow(number, name, null, domain);
    }

    private static (string? Class, string? Domain) Names(TarIndex index, TarMember member, byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            // Descriptions without a class (captions, addresses) are no labels.
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? (Text(root, "class"), Text(root, "domain")) : (null, null);
        }
        catch (JsonException e)
        {
            throw new UserInputException($"The labels of '{index.Path}': '{member.Name}' at byte {member.Offset} is no JSON: {JsonMistake.Describe(e, Encoding.UTF8.GetString(bytes))}", e);
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static byte[] Bytes(TarIndex index, ShardHandles handles, TarMember member)
    {
        if (member.Size > MaxBytes)
            throw TarRefusal.Of(index.Path, member.Offset, member.Name, $"a label file of {member.Size} bytes is absurd (at most {MaxBytes} are read).");
        var bytes = new byte[member.Size];
        handles.Read(0, bytes, member.Offset);
        return bytes;
    }
}
