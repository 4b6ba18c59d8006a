using System.Globalization;
using System.Security.Cryptography;

namespace DnC.Workflow.Learning.Native;

/// <summary>The mended copy of TorchSharp's native library, kept in a folder that only its owner can read or write.</summary>
/// <param name="Folder">The cache folder; made with mode 0700 if missing.</param>
public sealed record MendedCopy(string Folder)
{
    /// <summary>SHA-256 of <c>libLibTorchSharp.so</c> (linux-x64) in the package TorchSharp 0.107.0.</summary>
    public const string SourceDigest = "cf33b1b0bb6bbb9754a768fb5c5d04d9f498603be50e73f55621a0b40ee608b8";

    /// <summary>The variable that names another cache folder.</summary>
    public const string FolderVariable = "DNC_NATIVE_CACHE";

    /// <summary>$DNC_NATIVE_CACHE, or dnc-workflow/native in $XDG_CACHE_HOME or ~/.cache. Never a folder that others can write beside.</summary>
    /// <exception cref="IOException">There is no home folder, and no variable names another.</exception>
    public static MendedCopy Default()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
            return new MendedCopy(named);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
            : !string.IsNullOrEmpty(home) ? Path.Combine(home, ".cache")
            : throw new IOException($"this user has no home folder for the mended library: name a private folder in {FolderVariable}");
        return new MendedCopy(Path.Combine(cache, "dnc-workflow", "native"));
    }

    /// <summary>Path of a mended copy of <paramref name="source"/>, written now if it is missing or not what it should be.</summary>
    /// <exception cref="InvalidDataException">The source is not the library that is known, or lacks the pattern to mend.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder belongs to another user.</exception>
    public string Prepare(string source)
    {
        var library = File.ReadAllBytes(source);
        var digest = Convert.ToHexStringLower(SHA256.HashData(library));
        if (!string.Equals(digest, SourceDigest, StringComparison.Ordinal))
            throw new InvalidDataException($"its SHA-256 is {digest}, and only {SourceDigest} (TorchSharp 0.107.0) is known");
        return Prepare(library, digest);
    }

    private string Prepare(byte[] library, string digest)
    {
        var mended = ElfPatch.Apply(library);
        OwnFolder();
        var path = Path.Combine(Folder, $"libLibTorchSharp-{digest[..16]}.so");
        if (!Matches(path, mended))
            Write(path, mended);
        return path;
    }

    private void OwnFolder()
    {
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("only the Linux library is mended");
        Directory.CreateDirectory(Folder, ownerOnly);
        // Whoever could write here could have their code loaded by us. Changing the mode fails for a folder of another user.
        if (File.GetUnixFileMode(Folder) != ownerOnly)
            File.SetUnixFileMode(Folder, ownerOnly);
    }

    private static bool Matches(string path, byte[] expected)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is null && file.Length == expected.Length
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(File.ReadAllBytes(path)), SHA256.HashData(expected));
    }

    /// <summary>Two processes may write at once: each writes its own file, and the last rename wins with the same bytes.</summary>
    private static void Write(string path, byte[] bytes)
    {
        var temporary = path + "." + Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + ".tmp";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }
}
