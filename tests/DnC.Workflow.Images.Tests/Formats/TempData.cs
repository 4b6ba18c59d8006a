using DnC.Workflow.Images.Tests.Formats.Tar;

namespace DnC.Workflow.Images.Tests.Formats;

/// <summary>A test's own data folder: pictures and shards by name.</summary>
internal sealed class TempData : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The smallest bytes that are told apart; no test here decodes them.</summary>
    public static byte[] Picture(int number) => [0xff, 0xd8, 0xff, (byte)number, (byte)(number >> 8)];

    public string Folder => _folder.Path;

    public string Write(string name, byte[] bytes) => _folder.File(name, bytes);

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>Pictures by name, each of its own bytes.</summary>
    public TempData Pictures(params string[] names)
    {
        for (var i = 0; i < names.Length; i++) Write(names[i], Picture(i));
        return this;
    }

    /// <summary>A shard of pictures by name.</summary>
    public TempData Shard(string name, params string[] members)
    {
        var tar = new TarBytes();
        for (var i = 0; i < members.Length; i++) tar.Add(members[i], Picture(i));
        Write(name, tar.Closed());
        return this;
    }

    public void Dispose() => _folder.Dispose();
}
