using System.Reflection;
using System.Text.Json;

namespace DnC.Workflow.Stages.Spec;

/// <summary>A setting of the spec, read from the records once: the reader, the schema and the reference all walk this.</summary>
/// <param name="Name">As written in JSON.</param>
/// <param name="Kind">What JSON it takes.</param>
/// <param name="Type">Its type; the item's for a list.</param>
/// <param name="Optional">Whether null stands for 'not given'.</param>
/// <param name="Default">The value it has when not given.</param>
/// <param name="Text">What it means.</param>
/// <param name="Range">Its range, for numbers.</param>
/// <param name="Choice">Its words, for strings.</param>
/// <param name="Pattern">Its form, for strings.</param>
/// <param name="InKey">Whether it is part of a stage's key.</param>
/// <param name="Settings">Its own settings, for an object.</param>
public sealed record SpecShape(
    string Name, SpecKind Kind, Type Type, bool Optional, object? Default, string Text, SpecRangeAttribute? Range, SpecChoiceAttribute? Choice, SpecPatternAttribute? Pattern, bool InKey, IReadOnlyList<SpecShape> Settings)
{
    /// <summary>The whole spec.</summary>
    public static SpecShape Root { get; } = Of("spec", new RunSpec(), property: null);

    private static SpecShape Of(string name, object? value, PropertyInfo? property)
    {
        var declared = property?.PropertyType ?? value!.GetType();
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var list = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
        var item = list ? type.GetGenericArguments()[0] : type;
        var kind = list ? SpecKind.List : KindOf(type);
        return new SpecShape(
            name,
            kind,
            item,
            value is null,
            kind == SpecKind.Object ? null : value,
            property?.GetCustomAttribute<SpecTextAttribute>()?.Text ?? type.GetCustomAttribute<SpecTextAttribute>()?.Text ?? "",
            property?.GetCustomAttribute<SpecRangeAttribute>(),
            property?.GetCustomAttribute<SpecChoiceAttribute>(),
            property?.GetCustomAttribute<SpecPatternAttribute>(),
            property?.GetCustomAttribute<NotInKeyAttribute>() is null,
            kind == SpecKind.Object ? [.. Properties(type).Select(p => Of(JsonNamingPolicy.CamelCase.ConvertName(p.Name), p.GetValue(value), p))] : []);
    }

    // What training phases share comes before what one of them adds; where and how a stage runs comes last.
    private static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.CanWrite)
        .OrderBy(p => p.DeclaringType == typeof(ExecutionSpec) ? 2 : p.DeclaringType == type ? 1 : 0);

    /// <summary>The JSON kind of a plain type.</summary>
    public static SpecKind KindOf(Type type) =>
        type == typeof(string) ? SpecKind.Text
        : type == typeof(bool) ? SpecKind.Flag
        : type == typeof(int) || type == typeof(long) ? SpecKind.Whole
        : type == typeof(double) ? SpecKind.Number
        : SpecKind.Object;
}

/// <summary>What JSON a setting takes.</summary>
public enum SpecKind
{
    /// <summary>An object of settings.</summary>
    Object,

    /// <summary>A string.</summary>
    Text,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A list of strings or numbers.</summary>
    List,
}
