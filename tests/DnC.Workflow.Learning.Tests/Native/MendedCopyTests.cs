using System.Security.Cryptography;
using DnC.Workflow.Learning.Native;

namespace DnC.Workflow.Learning.Tests.Native;

public sealed class MendedCopyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dnc-mend-").FullName;

    private MendedCopy Copy => new(Path.Combine(_folder, "cache", "native"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WritesTheMendedLibraryForItsOwnerAlone()
    {
        var path = Copy.Prepare(ElfPatchTests.NativeFile("libLibTorchSharp.so"));

        Assert.Equal(ElfPatch.Apply(ElfPatchTests.Shipped()), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(Copy.Folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Copy.Folder));
    }

    [Fact]
    public void KeepsAGoodCopyAndRewritesATamperedOne()
    {
        var source = ElfPatchTests.NativeFile("libLibTorchSharp.so");
        var path = Copy.Prepare(source);
        var digest = SHA256.HashData(File.ReadAllBytes(path));
        var untouched = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, untouched);

        Assert.Equal(path, Copy.Prepare(source));
        Assert.Equal(untouched, File.GetLastWriteTimeUtc(path));

        var tampered = File.ReadAllBytes(path);
        tampered[0x60000] ^= 1;
        File.WriteAllBytes(path, tampered);
        Assert.Equal(path, Copy.Prepare(source));
        Assert.Equal(digest, SHA256.HashData(File.ReadAllBytes(path)));
    }

    [Fact]
    public void ReplacesALinkAndAHalfWrittenFile()
    {
        var source = ElfPatchTests.NativeFile("libLibTorchSharp.so");
        var path = Copy.Prepare(source);
        var good = File.ReadAllBytes(path);
        var elsewhere = Path.Combine(_folder, "elsewhere.so");
        File.Move(path, elsewhere);
        File.CreateSymbolicLink(path, elsewhere);

        Copy.Prepare(source);
        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal(good, File.ReadAllBytes(path));

        File.WriteAllBytes(path, good[..1000]);
        Copy.Prepare(source);
        Assert.Equal(good, File.ReadAllBytes(path));
    }

    [Fact]
    public void ClosesAFolderThatOthersCouldWrite()
    {
        var source = ElfPatchTests.NativeFile("libLibTorchSharp.so");
        Copy.Prepare(source);
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(Copy.Folder, (UnixFileMode)0b111_111_111);
        Copy.Prepare(source);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Copy.Folder));
    }

    [Fact]
    public void RefusesAnUnknownLibraryNamingBothDigests()
    {
        var path = Path.Combine(_folder, "libLibTorchSharp.so");
        var bytes = ElfPatchTests.Shipped();
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        var error = Assert.Throws<InvalidDataException>(() => Copy.Prepare(path));
        Assert.Contains(MendedCopy.SourceDigest, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Copy.Folder));
    }
}
