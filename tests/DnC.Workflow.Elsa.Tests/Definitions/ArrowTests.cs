using System.Reflection;

namespace DnC.Workflow.Elsa.Tests.Definitions;

/// <summary>What the library and the host may use, held against what was compiled.</summary>
public class ArrowTests
{
    [Theory]
    [InlineData("DnC.Workflow.Elsa", "DnC.Workflow.Stages", "DnC.Workflow.Images", "DnC.Workflow.Runtime")]
    [InlineData("dnc-elsa", "DnC.Workflow.Stages", "DnC.Workflow.Images", "DnC.Workflow.Runtime", "DnC.Workflow.Learning", "DnC.Workflow.Elsa")]
    public void A_project_uses_only_what_the_drawing_allows(string project, params string[] allowed)
    {
        var used = Assembly.Load(project).GetReferencedAssemblies().Select(a => a.Name!).ToArray();
        Assert.Empty(used.Where(a => a.StartsWith("DnC.", StringComparison.Ordinal)).Except(allowed));
        Assert.DoesNotContain("TorchSharp", used);
    }
}
