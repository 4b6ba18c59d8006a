namespace DnC.Workflow.Images.Tests.Formats;

/// <summary>A folder of its own for a test, with the files it writes; gone afterwards.</summary>
internal sealed class TempData : IDisposable
{
    /// <summary>The smallest bytes that are told apart; no test here decodes them.</summary>
    public static byte[] Picture(int number) => [0xff, 0xd8, 0xff, (byte)number, (byte)(number >> 8)];

    public string Folder { get; } = Directory.CreateTempSubdirectory("dnc-data-").FullName;

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

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

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
