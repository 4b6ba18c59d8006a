using DnC.Workflow.Runtime.Front;

namespace DnC.Workflow.Runtime.Tests.Front;

public sealed class RequestNameTests
{
    [Fact]
    public void AnAnswerFindsItsOwner()
    {
        Assert.Equal("owner", RequestName.OwnerOf("front", RequestName.Of("front", "owner", "what")));
        Assert.Equal("owner", RequestName.OwnerOf("front", RequestName.OfRun("front", "owner")));
        Assert.Equal("own:er", RequestName.OwnerOf("front", RequestName.Of("front", "own:er", "what")));
        Assert.StartsWith(RequestName.BeginningOf("front"), RequestName.OfRun("front", "owner"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("front2:owner:what")]
    [InlineData("front")]
    [InlineData("front:owner")]
    [InlineData("front::what")]
    [InlineData("")]
    public void WhatIsNotThisFrontsHasNone(string request) => Assert.Null(RequestName.OwnerOf("front", request));
}
