using System.Text;

namespace DnC.Workflow.Learning.Native;

/// <summary>
/// Takes from TorchSharp's native library its one need for a libstdc++ newer than GCC 12's: the undefined symbol by which a
/// newer <c>&lt;iostream&gt;</c> asks for the streams' initialisation, versioned GLIBCXX_3.4.32.
/// </summary>
/// <remarks>
/// The symbol is an anchor that nothing calls; it becomes the constructor of <c>std::ios_base::Init</c>, in every libstdc++ since
/// GLIBCXX_3.4. Only this exact pattern is patched, and nothing else in the file changes.
/// </remarks>
public static class ElfPatch
{
    private const string Library = "libstdc++.so.6";
    private const string NewVersion = "GLIBCXX_3.4.32";
    private const string OldVersion = "GLIBCXX_3.4";
    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";

    /// <summary>A copy of <paramref name="library"/> (the bytes of an ELF shared library) with the need taken out.</summary>
    /// <exception cref="InvalidDataException">The bytes are not an ELF library with exactly the known pattern; says what differs.</exception>
    public static byte[] Apply(byte[] library)
    {
        ArgumentNullException.ThrowIfNull(library);
        try
        {
            return Patch(library);
        }
        catch (OverflowException e)
        {
            throw new InvalidDataException("an offset or a size in it is absurd", e);
        }
    }

    private static byte[] Patch(byte[] library)
    {
        var tables = new ElfTables(library);
        var needs = tables.Needs().Where(n => tables.Text(n.Library) == Library).ToList();
        var newNeed = Single(needs.Where(n => tables.Text(n.Name) == NewVersion), $"need for {NewVersion} of {Library}");
        var oldNeed = Single(needs.Where(n => tables.Text(n.Name) == OldVersion), $"need for {OldVersion} of {Library}");
        var symbol = Single(tables.Symbols().Where(s => s.Version == newNeed.Version), $"symbol of version {NewVersion}");
        if (symbol.Section != 0 || tables.Text(symbol.Name) != NewSymbol)
            throw new InvalidDataException($"what asks for {NewVersion} is '{tables.Text(symbol.Name)}', not {NewSymbol}");
        RefuseSharedName(tables, symbol.Name);

        var patched = (byte[])library.Clone();
        // Elfxx_Vernaux: hash at 0, name at 8. Flags, index and link stay.
        patched.AsSpan((int)oldNeed.Offset, 4).CopyTo(patched.AsSpan((int)newNeed.Offset));
        patched.AsSpan((int)oldNeed.Offset + 8, 4).CopyTo(patched.AsSpan((int)newNeed.Offset + 8));
        var name = patched.AsSpan((int)tables.StringAt(symbol.Name), NewSymbol.Length);
        name.Clear();
        Encoding.ASCII.GetBytes(OldSymbol, name);
        return patched;
    }

    /// <summary>Linkers let a name that ends another share its bytes: then overwriting one would change two.</summary>
    private static void RefuseSharedName(ElfTables tables, uint name)
    {
        var users = tables.Symbols().Select(s => s.Name)
            .Concat(tables.Needs().SelectMany(n => new[] { n.Library, n.Name }))
            .Concat(tables.DynamicStrings())
            .Count(n => n >= name && n <= name + NewSymbol.Length);
        if (users != 1)
            throw new InvalidDataException($"{users} entries share the bytes of {NewSymbol}");
    }

    private static T Single<T>(IEnumerable<T> found, string what)
    {
        var all = found.Take(2).ToList();
        return all.Count == 1 ? all[0] : throw new InvalidDataException($"it has {(all.Count == 0 ? "no" : "more than one")} {what}");
    }
}
