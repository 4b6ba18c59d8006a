using System.Numerics;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>
/// A written sign of a few curved strokes on paper or board. A class is a skeleton of strokes; the hand, the pen and the colours vary.
/// </summary>
internal sealed class GlyphScene : IScene
{
    public const int Classes = 25;
    private const int Pieces = 5;
    private static readonly Vector2[][][] Skeletons = [.. Enumerable.Range(0, Classes).Select(Skeleton)];

    private readonly Pose _pose;
    private readonly (Vector2 From, Vector2 Along, float LengthSquared)[] _segments;
    private readonly float _pen;
    private readonly Vector3 _paper;
    private readonly Vector3 _ink;
    private readonly Vector2 _shade;

    public GlyphScene(int number, ref DerivedRandom draws)
    {
        _pose = Pose.Draw(ref draws, 0.04f, 0.62f, 0.98f, 0.26f, 0.2f);
        _pen = draws.Between(0.055f, 0.12f);
        _paper = Palette.Pale(0.12f, ref draws);
        _ink = Palette.Strong(0.64f, ref draws);
        _shade = StableMath.Direction(draws.Between(0, 1)) * draws.Between(0, 0.12f);
        var strokes = Skeletons[number];
        _segments = new (Vector2, Vector2, float)[strokes.Length * Pieces];
        for (var s = 0; s < strokes.Length; s++)
        {
            Vector2 start = Shaken(strokes[s][0], ref draws), middle = Shaken(strokes[s][1], ref draws), end = Shaken(strokes[s][2], ref draws);
            var from = start;
            for (var piece = 0; piece < Pieces; piece++)
            {
                var t = (piece + 1f) / Pieces;
                var to = start * ((1 - t) * (1 - t)) + middle * (2 * t * (1 - t)) + end * (t * t);
                var along = to - from;
                _segments[s * Pieces + piece] = (from, along, Math.Max(along.X * along.X + along.Y * along.Y, 1e-6f));
                from = to;
            }
        }
    }

    public Vector3 At(float x, float y)
    {
        var point = _pose.ToFigure(x, y);
        var nearest = float.MaxValue;
        foreach (var (from, along, lengthSquared) in _segments)
        {
            float dx = point.X - from.X, dy = point.Y - from.Y;
            var t = Math.Clamp((dx * along.X + dy * along.Y) / lengthSquared, 0, 1);
            dx -= along.X * t;
            dy -= along.Y * t;
            nearest = Math.Min(nearest, dx * dx + dy * dy);
        }
        var ink = 1 - StableMath.Step(_pen * 0.8f, _pen * 1.3f, MathF.Sqrt(nearest));
        return StableMath.Mix(_paper * (1 + _shade.X * x + _shade.Y * y), _ink, ink);
    }

    private static Vector2 Shaken(Vector2 point, ref DerivedRandom draws) => point + new Vector2(draws.Between(-0.09f, 0.09f), draws.Between(-0.09f, 0.09f));

    // Strokes run between points of a 4 × 4 grid; the first two share a point, as most letters' do.
    private static Vector2[][] Skeleton(int number)
    {
        var draws = new DerivedRandom(DerivedRandom.Derive(DerivedRandom.HashOf("glyph skeletons"), (ulong)number));
        var strokes = new Vector2[3 + number % 3][];
        for (var s = 0; s < strokes.Length; s++)
        {
            var start = s == 1 ? strokes[0][2] : Grid(ref draws);
            Vector2 end;
            do end = Grid(ref draws); while (StableMath.Length(end.X - start.X, end.Y - start.Y) < 0.6f);
            var bend = draws.Chance(0.5) ? 0 : draws.Between(-0.9f, 0.9f);
            var across = new Vector2(start.Y - end.Y, end.X - start.X);
            strokes[s] = [start, (start + end) * 0.5f + across * bend, end];
        }
        return strokes;
    }

    private static Vector2 Grid(ref DerivedRandom draws) => new(draws.Below(4) * 0.5f - 0.75f, draws.Below(4) * 0.5f - 0.75f);
}
