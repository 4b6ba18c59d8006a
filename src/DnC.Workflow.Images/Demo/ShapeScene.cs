using System.Numerics;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>
/// A filled outline of Gielis' superformula before a soft ground. A class is an order of symmetry with three exponents.
/// </summary>
internal sealed class ShapeScene : IScene
{
    public const int Classes = 25;
    private static readonly string[] Styles = ["star", "polygon", "petal", "spark", "flower"];
    private static readonly (double N1, double N2, double N3)[] Exponents = [(3, 5, 5), (0.9, 1.7, 1.7), (1, 4, 8), (0.5, 0.6, 0.6), (-1, 4, 4)];
    private static readonly float[][] Outlines = [.. Enumerable.Range(0, Classes).Select(Outline)];

    private readonly float[] _outline;
    private readonly Pose _pose;
    private readonly float _rim;
    private readonly Vector3 _inner;
    private readonly Vector3 _outer;
    private readonly Vector3 _edge;
    private readonly Vector3 _ground;
    private readonly Vector3 _ground2;
    private readonly Vector2 _slope;

    public ShapeScene(int number, ref DerivedRandom draws)
    {
        _outline = Outlines[number];
        _pose = Pose.Draw(ref draws, 0.04f, 0.62f, 0.98f, 0.28f, 0.08f);
        _inner = Palette.Near(0.03f, ref draws, 0.5f, 0.8f, 0.7f, 0.95f);
        _outer = Palette.Near(0.97f, ref draws, 0.6f, 0.9f, 0.45f, 0.65f);
        _edge = Palette.Near(0.9f, ref draws, 0.4f, 0.8f, 0.1f, 0.3f);
        _ground = Palette.Pale(0.58f, ref draws);
        _ground2 = Palette.Pale(0.65f, ref draws) * 0.8f;
        _rim = draws.Between(0.82f, 0.92f);
        _slope = StableMath.Direction(draws.Between(0, 1)) * 0.5f;
    }

    public static string NameOf(int number) => $"{Styles[number % 5]}-{number / 5 + 3}";

    public Vector3 At(float x, float y)
    {
        var point = _pose.ToFigure(x, y);
        var radius = StableMath.Length(point.X, point.Y);
        var place = StableMath.TurnsOf(point.X, point.Y) * _outline.Length;
        var index = Math.Min((int)place, _outline.Length - 1);
        var limit = _outline[index] + (_outline[(index + 1) % _outline.Length] - _outline[index]) * (place - index);
        if (radius < limit) return radius > limit * _rim ? _edge : StableMath.Mix(_inner, _outer, radius);
        return StableMath.Mix(_ground, _ground2, 0.5f + _slope.X * x + _slope.Y * y);
    }

    // pow and cos are the platform's; rounding to 1/4096 takes their last bits away.
    private static float[] Outline(int number)
    {
        var order = number / 5 + 3;
        var (n1, n2, n3) = Exponents[number % 5];
        var radii = new double[720];
        for (var i = 0; i < radii.Length; i++)
        {
            var angle = 2 * Math.PI * i / radii.Length * order / 4;
            radii[i] = Math.Pow(Math.Pow(Math.Abs(Math.Cos(angle)), n2) + Math.Pow(Math.Abs(Math.Sin(angle)), n3), -1 / n1);
        }
        var largest = radii.Max();
        return [.. radii.Select(radius => (float)(Math.Round(4096 * radius / largest) / 4096))];
    }
}
