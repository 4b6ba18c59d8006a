using DnC.Workflow.Runtime.Submit;
using DnC.Workflow.Stages.Execution;

namespace DnC.Workflow.Runtime.Tests.Submit;

/// <summary>Specs as strangers to the file system give them.</summary>
public sealed class NamedSpecsTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly NamedSpecs _specs;

    public NamedSpecsTests()
    {
        var specs = Directory.CreateDirectory(Path.Combine(_folder.Path, "specs")).FullName;
        File.WriteAllText(Path.Combine(specs, "small.json"), """{ "name": "small" }""");
        File.WriteAllText(Path.Combine(_folder.Path, "outside.json"), """{ "name": "outside" }""");
        _specs = new NamedSpecs(specs);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("small", "small")]
    [InlineData(" small ", "small")]
    [InlineData("""{ "name": "given" }""", "given")]
    public void ANameOrJson(string spec, string name) => Assert.Equal(name, _specs.Read(spec, []).Name);

    [Theory]
    [InlineData("../outside")]
    [InlineData("..")]
    [InlineData("small/../small")]
    [InlineData("small\\..\\small")]
    [InlineData("small\0")]
    [InlineData("small.json")]
    public void NothingOutsideTheFolderAndNoOtherNameIsRead(string spec)
    {
        var refused = Assert.Throws<UserInputException>(() => _specs.Read(spec, []));
        Assert.Contains($"There is no spec '{spec}' in {_specs.Folder}: small.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsTooLongIsNotToldWhole()
    {
        Assert.InRange(Assert.Throws<UserInputException>(() => _specs.Read(new string('[', 1 << 20), [])).Message.Length, 1, 1000);
        Assert.InRange(Assert.Throws<UserInputException>(() => _specs.Read("{" + new string(' ', 5 << 20), [])).Message.Length, 1, 1000);
    }
}
