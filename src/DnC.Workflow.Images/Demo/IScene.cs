using System.Numerics;

namespace DnC.Workflow.Images.Demo;

/// <summary>One picture of the demo set as a function of the place.</summary>
internal interface IScene
{
    /// <summary>The colour (R, G, B in 0..1) at a point; the picture covers −1..1, y downwards.</summary>
    Vector3 At(float x, float y);
}
