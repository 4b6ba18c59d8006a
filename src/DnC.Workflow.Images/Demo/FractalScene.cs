using System.Numerics;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>
/// A Julia set of z² + c. A class is a place of c along the border of the Mandelbrot set; zoom, turn, place and colours are free.
/// </summary>
internal sealed class FractalScene : IScene
{
    public const int Classes = 25;
    private const int OnCardioid = 17;
    private const int Iterations = 48;

    private readonly Pose _pose;
    private readonly Vector2 _c;
    private readonly Vector3[] _ring;
    private readonly float _density;
    private readonly float _shift;
    private readonly Vector3 _inside;

    public FractalScene(int number, ref DerivedRandom draws)
    {
        _pose = Pose.Draw(ref draws, 0.04f, 0.6f, 0.8f, 0.12f, 0);
        _c = Constant(number) + new Vector2(draws.Between(-0.006f, 0.006f), draws.Between(-0.006f, 0.006f));
        var hue = draws.Between(0, 1);
        _ring = new Vector3[4];
        for (var i = 0; i < _ring.Length; i++)
            _ring[i] = Palette.Hsv(hue + draws.Between(-0.2f, 0.2f), draws.Between(0.4f, 1), i % 2 == 0 ? draws.Between(0.05f, 0.35f) : draws.Between(0.7f, 1));
        _density = draws.Between(0.05f, 0.09f);
        _shift = draws.Between(0, 1);
        _inside = Palette.Draw(ref draws, 0.3f, 1, 0, 1);
    }

    /// <summary>Just outside the main cardioid, e^{iθ}/2 − e^{2iθ}/4, or the disc of period 2, −1 + e^{iθ}/4; always Im c &gt; 0.</summary>
    public static Vector2 Constant(int number)
    {
        if (number < OnCardioid)
        {
            var turns = 0.04f + 0.44f * number / (OnCardioid - 1);
            Vector2 once = StableMath.Direction(turns), twice = StableMath.Direction(2 * turns);
            return (once * 0.5f - twice * 0.25f) * 1.04f;
        }
        var place = 0.06f + 0.4f * (number - OnCardioid) / (Classes - OnCardioid - 1);
        return new Vector2(-1, 0) + StableMath.Direction(place) * 0.27f;
    }

    public Vector3 At(float x, float y)
    {
        var point = _pose.ToFigure(x, y);
        float re = point.X, im = point.Y, nearest = float.MaxValue, before = 0;
        for (var n = 0; n < Iterations; n++)
        {
            float re2 = re * re, im2 = im * im;
            var size = re2 + im2;
            if (size > 16)
            {
                // Between two iterations the size runs from ≤ 16 to more: where it passes 16 gives a continuous count.
                var part = (16 - before) / (size - before);
                return Palette.Ring(_ring, _shift + (n + part) * _density);
            }
            nearest = Math.Min(nearest, size);
            before = size;
            im = 2 * re * im + _c.Y;
            re = re2 - im2 + _c.X;
        }
        return _inside * Math.Min(1, 0.3f + MathF.Sqrt(nearest));
    }
}
