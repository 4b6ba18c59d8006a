using System.Numerics;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>
/// A Julia set of zⁿ + c. A class is a power n, which is the order of symmetry, with a place of c along the border of that power's
/// Mandelbrot set; zoom, place and colours are free.
/// </summary>
internal sealed class FractalScene : IScene
{
    public const int Classes = 25;
    private const int Places = 5;
    private const int Iterations = 40;
    private const float Escape = 16;

    private static readonly float[] BorderRadius = [0.5f, 0.57735f, 0.62996f, 0.66874f, 0.69883f];

    private readonly int _power;
    private readonly Pose _pose;
    private readonly Vector2 _c;
    private readonly Vector3[] _ring;
    private readonly float _density;
    private readonly float _shift;
    private readonly Vector3 _inside;

    public FractalScene(int number, ref DerivedRandom draws)
    {
        _pose = Pose.Draw(ref draws, 0.04f, 0.6f, 0.85f, 0.2f, 0);
        _power = number / Places + 2;
        _c = Constant(_power, number % Places) + new Vector2(draws.Between(-0.006f, 0.006f), draws.Between(-0.006f, 0.006f));
        _ring = new Vector3[4];
        for (var i = 0; i < _ring.Length; i++)
            _ring[i] = i % 2 == 0 ? Palette.Near(0.68f, ref draws, 0.5f, 0.9f, 0.1f, 0.35f) : Palette.Near(0.5f + 0.2f * i, ref draws, 0.4f, 0.8f, 0.75f, 1);
        _density = draws.Between(0.055f, 0.075f);
        _shift = draws.Between(0, 0.2f);
        _inside = Palette.Near(0.75f, ref draws, 0.5f, 0.9f, 0.3f, 0.6f);
    }

    public static string NameOf(int number) => $"julia-{number / Places + 2}-{number % Places}";

    /// <summary>
    /// A little outside the main body of the power's Mandelbrot set, whose border is w − wⁿ for |w| = n^(−1/(n−1)); within one of its
    /// 2(n−1) mirror-equal sectors, so that no two classes are mirror images of each other.
    /// </summary>
    public static Vector2 Constant(int power, int place)
    {
        var w = StableMath.Direction((0.07f + 0.37f * place / (Places - 1)) / (power - 1)) * BorderRadius[power - 2];
        var raised = w;
        for (var i = 1; i < power; i++) raised = Times(raised, w);
        return (w - raised) * 1.05f;
    }

    public Vector3 At(float x, float y)
    {
        var z = _pose.ToFigure(x, y);
        float nearest = float.MaxValue, before = 0;
        for (var n = 0; n < Iterations; n++)
        {
            var size = z.X * z.X + z.Y * z.Y;
            if (size > Escape)
            {
                // Between two iterations the size passes the bound: where it does gives a continuous count.
                return Palette.Ring(_ring, _shift + (n + (Escape - before) / (size - before)) * _density);
            }
            nearest = Math.Min(nearest, size);
            before = size;
            var raised = z;
            for (var i = 1; i < _power; i++) raised = Times(raised, z);
            z = raised + _c;
        }
        return _inside * Math.Min(1, 0.3f + MathF.Sqrt(nearest));
    }

    private static Vector2 Times(Vector2 a, Vector2 b) => new(a.X * b.X - a.Y * b.Y, a.X * b.Y + a.Y * b.X);
}
