namespace DnC.Workflow.Stages.Spec;

/// <summary>What a setting means, for the schema and the reference.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class SpecTextAttribute(string text) : Attribute
{
    /// <summary>One or two sentences.</summary>
    public string Text { get; } = text;
}

/// <summary>The range of a number, both ends allowed unless said otherwise.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SpecRangeAttribute(double min, double max) : Attribute
{
    /// <summary>The smallest value.</summary>
    public double Min { get; } = min;

    /// <summary>The largest value.</summary>
    public double Max { get; } = max;

    /// <summary>Whether the smallest value itself is out.</summary>
    public bool ExclusiveMin { get; init; }
}

/// <summary>The words a setting takes.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SpecChoiceAttribute(params string[] words) : Attribute
{
    /// <summary>In the order they are shown.</summary>
    public IReadOnlyList<string> Words { get; } = words;
}

/// <summary>The form of a text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SpecPatternAttribute(string pattern, string words) : Attribute
{
    /// <summary>A regular expression that the whole text matches; of the kind that JSON Schema and .NET share.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>What it says, for messages.</summary>
    public string Words { get; } = words;
}

/// <summary>A setting that came later: part of a stage's key only where it differs from its default, so that earlier keys hold.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotInKeyAtDefaultAttribute : Attribute;

/// <summary>A setting that leaves the result as it is: it is no part of a stage's key.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotInKeyAttribute : Attribute;
