namespace DnC.Workflow.Images.Formats.Tar;

/// <summary>A regular file inside a tar shard.</summary>
/// <param name="Name">Its path in the archive, '/' between the parts, relative, without '.' and '..'.</param>
/// <param name="Offset">First byte of its data, from the start of the shard.</param>
/// <param name="Size">Length of its data in bytes; the whole of it lies inside the shard.</param>
public readonly record struct TarMember(string Name, long Offset, long Size);
