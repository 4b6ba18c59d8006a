using System.Numerics;
using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>
/// A repeated motif on a lattice, filling the picture. A class is a lattice with a motif: both survive crops, which change the frequency.
/// </summary>
internal sealed class TextureScene : IScene
{
    public const int Classes = 25;
    private static readonly string[] Lattices = ["square", "brick", "checker", "wave", "rows"];
    private static readonly string[] Motifs = ["disc", "ring", "cross", "triangle", "bar"];

    private readonly int _lattice;
    private readonly int _motif;
    private readonly Pose _pose;
    private readonly float _size;
    private readonly float _soft;
    private readonly float _warp;
    private readonly Vector2 _warpPlace;
    private readonly Vector3 _ground;
    private readonly Vector3 _figure;
    private readonly Vector3 _light;

    public TextureScene(int number, ref DerivedRandom draws)
    {
        (_lattice, _motif) = (number / 5, number % 5);
        _pose = Pose.Draw(ref draws, 0.04f, 0.48f, 0.6f, 0.15f, 0.1f);
        _size = draws.Between(0.36f, 0.46f);
        _soft = draws.Between(0.03f, 0.1f);
        _warp = draws.Between(0, 0.08f);
        _warpPlace = new Vector2(draws.Between(0, 1), draws.Between(0, 1));
        _ground = Palette.Pale(0.25f, ref draws);
        _figure = Palette.Strong(0.42f, ref draws);
        _light = new Vector3(StableMath.Direction(draws.Between(0, 1)) * draws.Between(0, 0.3f), draws.Between(0.8f, 1));
    }

    public static string NameOf(int number) => $"{Lattices[number / 5]}-{Motifs[number % 5]}";

    public Vector3 At(float x, float y)
    {
        var bentX = x + _warp * StableMath.Sine(0.6f * y + _warpPlace.X);
        var bentY = y + _warp * StableMath.Sine(0.6f * x + _warpPlace.Y);
        var cell = ToCell(_pose.ToFigure(bentX, bentY), out var empty);
        var figure = empty ? 0 : 1 - StableMath.Step(-_soft, _soft, Distance(cell));
        return StableMath.Mix(_ground, _figure, figure) * (_light.Z + _light.X * x + _light.Y * y);
    }

    // Place within the cell, −½..½ each way.
    private Vector2 ToCell(Vector2 point, out bool empty)
    {
        float u = point.X, v = point.Y;
        switch (_lattice)
        {
            case 1: u += 0.5f * MathF.Floor(v); break;
            case 3: v += 0.4f * StableMath.Sine(0.35f * u); break;
            case 4: v *= 0.62f; break;
        }
        float column = MathF.Floor(u), row = MathF.Floor(v);
        empty = _lattice == 2 && ((int)column + (int)row & 1) != 0;
        var local = new Vector2(u - column - 0.5f, v - row - 0.5f);
        return _lattice == 4 ? new Vector2(local.X, local.Y / 0.62f) : local;
    }

    // Negative inside the motif.
    private float Distance(Vector2 at)
    {
        float across = Math.Abs(at.X), up = Math.Abs(at.Y);
        return _motif switch
        {
            0 => StableMath.Length(at.X, at.Y) - _size * 0.85f,
            1 => Math.Abs(StableMath.Length(at.X, at.Y) - _size * 0.72f) - _size * 0.24f,
            2 => Math.Max(Math.Min(across, up) - _size * 0.28f, Math.Max(across, up) - _size),
            3 => Math.Max(0.866f * across + 0.5f * at.Y, -at.Y) - _size * 0.5f,
            _ => Math.Max(across - _size, up - _size * 0.3f),
        };
    }
}
