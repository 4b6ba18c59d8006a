using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>
/// One image a WebDataset sample. <c>1.jpg</c> and <c>1.seg.png</c>, or <c>1.jpg</c> and <c>1.png</c>, are an image and its mask, or two forms
/// of it: both would be trained on as images of the set, in silence.
/// </summary>
internal static class SampleCheck
{
    /// <exception cref="UserInputException">Two images of a shard are of one sample.</exception>
    public static void OneImageEach(TarIndex shard)
    {
        var keys = new Dictionary<string, TarMember>(StringComparer.Ordinal);
        foreach (var member in shard.Members.Where(member => ImageNames.IsImage(member.Name)))
        {
            if (!keys.TryAdd(Key(member), member)) throw Refuse(shard, keys[Key(member)], member);
        }
        foreach (var (key, member) in keys)
        {
            // Names may have dots of their own (2021.05.12.jpg); it is the shorter key's presence that makes a longer one part of its sample.
            for (var dot = key.LastIndexOf('.'); dot > key.LastIndexOf('/'); dot = key.LastIndexOf('.', dot - 1))
            {
                if (keys.TryGetValue(key[..dot], out var whole)) throw Refuse(shard, whole, member);
                if (dot == 0) break;
            }
        }
    }

    private static string Key(TarMember member) => member.Name[..^Path.GetExtension(member.Name).Length];

    private static UserInputException Refuse(TarIndex shard, TarMember image, TarMember other) => new(
        $"The shard '{shard.Path}': '{TarRefusal.Shown(image.Name)}' and '{TarRefusal.Shown(other.Name)}' are two images of one sample, such as a "
        + "picture and its mask; each would be trained on. Leave one of them out of the shard, or give them names that do not begin alike.");
}
