using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Dapper;

namespace DnC.Workflow.Runtime.Ledger;

/// <summary>
/// Text as every database takes it. What bodies print and exceptions say may hold anything; PostgreSQL refuses U+0000, and no encoder
/// takes half of a surrogate pair. Both become U+FFFD.
/// </summary>
internal static class StorableText
{
    /// <summary>The text with what cannot be stored replaced.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text)
    {
        if (text is null || IsStorable(text))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // half a pair is enumerated as U+FFFD
            clean.Append(rune.Value == 0 ? "\uFFFD" : rune.ToString());
        return clean.ToString();
    }

    private static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]))
                return false;
            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i])))
                return false;
        }

        return true;
    }

    /// <summary>A statement's arguments, every text in them made storable on its way into the command.</summary>
    internal sealed class Arguments(object values) : SqlMapper.IDynamicParameters
    {
        public void AddParameters(IDbCommand command, SqlMapper.Identity identity)
        {
            ((SqlMapper.IDynamicParameters)new DynamicParameters(values)).AddParameters(command, identity);
            foreach (DbParameter parameter in command.Parameters)
            {
                if (parameter.Value is string text)
                    parameter.Value = Of(text);
            }
        }
    }
}
