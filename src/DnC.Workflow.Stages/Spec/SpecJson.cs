using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DnC.Workflow.Stages.Spec;

/// <summary>The one way specs, settings and metrics are written as JSON.</summary>
public static class SpecJson
{
    /// <summary>camelCase, comments and trailing commas read, nulls left out.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The same, for people to read.</summary>
    public static JsonSerializerOptions Indented { get; } = new(Options) { WriteIndented = true };

    /// <summary>As <see cref="Options"/>, without the settings that leave a result as it is: what stage keys are made of.</summary>
    public static JsonSerializerOptions KeyOptions { get; } = new(Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutWhatIsNotInKey } },
    };

    private static Func<object, object?, bool> IsOther(object? standard) =>
        standard is System.Collections.ICollection { Count: 0 } ? (_, value) => value is not System.Collections.ICollection { Count: 0 } : (_, value) => !Equals(value, standard);

    private static void LeaveOutWhatIsNotInKey(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            var property = type.Properties[i];
            if (property.AttributeProvider?.IsDefined(typeof(NotInKeyAttribute), inherit: true) == true)
                type.Properties.RemoveAt(i);
            else if (property.AttributeProvider?.IsDefined(typeof(NotInKeyAtDefaultAttribute), inherit: true) == true)
                property.ShouldSerialize = IsOther(property.Get!(Activator.CreateInstance(type.Type)!));
        }
    }
}
