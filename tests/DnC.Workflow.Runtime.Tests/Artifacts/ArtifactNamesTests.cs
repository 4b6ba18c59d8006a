using DnC.Workflow.Runtime.Artifacts;

namespace DnC.Workflow.Runtime.Tests.Artifacts;

public class ArtifactNamesTests
{
    [Theory]
    [InlineData("model.bin")]
    [InlineData("run/base.1-1")]
    [InlineData("a/b/c_d-e.f")]
    public void Plain_names_stay_below_the_root(string name)
    {
        Assert.True(ArtifactNames.IsSafe(name));
        Assert.StartsWith("/root" + Path.DirectorySeparatorChar, ArtifactNames.Under("/root", name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData(".hidden")]
    [InlineData("a/.manifest.json")]
    [InlineData("a\\..\\b")]
    [InlineData("C:x")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("ä")]
    public void Escapes_and_odd_characters_are_refused(string name)
    {
        Assert.False(ArtifactNames.IsSafe(name));
        Assert.Throws<ArgumentException>(() => ArtifactNames.Under("/root", name));
    }

    [Fact]
    public void Stage_names_become_different_safe_segments()
    {
        string[] names = ["base", "Base", "expert[1]", "expert-1", "expert[1", "expert.1", "..", "a/b", "a b", "[", "", new string('x', 500), new string('x', 501)];
        var segments = names.Select(ArtifactNames.Segment).ToList();
        Assert.All(segments, s => Assert.True(ArtifactNames.IsSafe(s) && !s.Contains('/'), s));
        Assert.Equal(names.Length, segments.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal("base", segments[0]);
        Assert.StartsWith("expert-1-", segments[2]);
    }
}
