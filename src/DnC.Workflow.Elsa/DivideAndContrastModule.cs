using Elsa.Extensions;
using Elsa.Features.Services;

namespace DnC.Workflow.Elsa;

/// <summary>The one line in a user's own Elsa server.</summary>
public static class DivideAndContrastModule
{
    /// <summary>Adds the activities of Divide and Contrast, and what resumes them.</summary>
    /// <param name="module">Elsa's.</param>
    /// <param name="options">Changes the options; without, the ledger is that of <c>DNC_POSTGRES</c>.</param>
    public static IModule UseDivideAndContrast(this IModule module, Action<DivideAndContrastOptions>? options = null)
    {
        module.Use<DivideAndContrastFeature>(feature => feature.Options += options ?? (_ => { }));
        return module;
    }
}
