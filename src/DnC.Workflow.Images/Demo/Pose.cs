using System.Numerics;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>Where and how a figure lies in a picture: maps picture coordinates (−1..1) to the figure's own.</summary>
internal readonly struct Pose
{
    private readonly Vector2 _center;
    private readonly Vector2 _acrossRow;
    private readonly Vector2 _downRow;

    private Pose(Vector2 center, Vector2 acrossRow, Vector2 downRow) => (_center, _acrossRow, _downRow) = (center, acrossRow, downRow);

    /// <summary>A pose drawn within limits: turn in ± turns, size of the figure's unit, shift and shear in ±.</summary>
    public static Pose Draw(ref DerivedRandom draws, float turn, float leastSize, float mostSize, float shift, float shear)
    {
        var direction = StableMath.Direction(draws.Between(-turn, turn));
        var size = draws.Between(leastSize, mostSize);
        var stretch = draws.Between(0.87f, 1.15f);
        var slant = draws.Between(-shear, shear);
        var center = new Vector2(draws.Between(-shift, shift), draws.Between(-shift, shift));
        var across = new Vector2(direction.X, direction.Y) / (size * stretch);
        var down = new Vector2(-direction.Y, direction.X) * stretch / size;
        return new Pose(center, across + down * slant, down);
    }

    /// <summary>The figure's coordinates of a point of the picture.</summary>
    public Vector2 ToFigure(float x, float y)
    {
        x -= _center.X;
        y -= _center.Y;
        return new Vector2(_acrossRow.X * x + _acrossRow.Y * y, _downRow.X * x + _downRow.Y * y);
    }
}
