using System.Security.Cryptography;
using System.Text.Json;
using DnC.Workflow.Stages.Execution;
using DnC.Workflow.Stages.Ports;
using DnC.Workflow.Stages.Spec;

namespace DnC.Workflow.Runtime.Artifacts;

/// <summary>Names, sizes and digests of one attempt's outputs. The ledger holds the same list; the copy beside the files is for whoever has the folder alone.</summary>
public static class Manifest
{
    /// <summary>The manifest's own name. Starts with '.', which no output's name may.</summary>
    public const string FileName = ".manifest.json";

    /// <summary>Lists a folder's files in the order of their names, each fsynced before its digest is taken.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="location">Where it will be.</param>
    /// <param name="digest">The digest of a path; null: read and computed here.</param>
    /// <exception cref="StageFailure">A name is not allowed, or something is no plain file.</exception>
    public static Artifact Of(string folder, string location, Func<string, string>? digest = null)
    {
        var files = new List<ArtifactFile>();
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(path) == FileName)
                continue;
            var name = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            var info = new FileInfo(path);
            if (!ArtifactNames.IsSafe(name) || info.LinkTarget is not null)
            {
                throw new StageFailure(
                    $"The stage wrote '{name}', which cannot be kept: outputs are plain files named with letters, digits, '-', '_' and '.'.", retryable: false);
            }

            if (info.Attributes.HasFlag(FileAttributes.Directory))
                continue;
            Durable.FlushFile(path);
            files.Add(new ArtifactFile(location, name, info.Length, (digest ?? Digest)(path)));
        }

        return new Artifact(location, files);
    }

    /// <summary>SHA-256 of a file, 64 hexadecimal digits.</summary>
    public static string Digest(string path)
    {
        using var file = new FileStream(path, new FileStreamOptions { BufferSize = 1 << 20, Options = FileOptions.SequentialScan });
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Writes the manifest into a folder: another name first, fsync, rename.</summary>
    public static void Write(Artifact artifact, string folder)
    {
        var target = Path.Combine(folder, FileName);
        var temporary = target + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(Bytes(artifact));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, target, overwrite: true);
    }

    /// <summary>Reads a folder's manifest, or null where there is none.</summary>
    /// <exception cref="ArtifactLostException">It is damaged.</exception>
    public static Artifact? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? Parse(File.ReadAllBytes(path), path) : null;
    }

    /// <summary>A manifest as its bytes.</summary>
    public static byte[] Bytes(Artifact artifact) => JsonSerializer.SerializeToUtf8Bytes(artifact, SpecJson.Options);

    /// <summary>A manifest from its bytes.</summary>
    /// <exception cref="ArtifactLostException">They are damaged, or name a file that could lie elsewhere.</exception>
    public static Artifact Parse(byte[] bytes, string place)
    {
        try
        {
            if (JsonSerializer.Deserialize<Artifact>(bytes, SpecJson.Options) is { Files: not null } artifact && artifact.Files.All(f => ArtifactNames.IsSafe(f.Name)))
                return artifact;
        }
        catch (JsonException e)
        {
            throw new ArtifactLostException($"'{place}' is damaged: {e.Message}", e);
        }

        throw new ArtifactLostException($"'{place}' is damaged: it is no list of files.");
    }
}
