using DnC.Workflow.Images.Loading;

namespace DnC.Workflow.Images.Demo;

/// <summary>Composes one picture of a class of a domain.</summary>
internal delegate IScene Compose(int number, ref DerivedRandom draws);

/// <summary>A visual domain of the demo set: classes that differ by form, painted in free colours, poses and grounds.</summary>
internal sealed record DemoDomain(string Name, int Classes, Func<int, string> NameOf, Compose Compose)
{
    /// <summary>The registration list.</summary>
    public static IReadOnlyList<DemoDomain> All { get; } =
    [
        new("fractals", FractalScene.Classes, FractalScene.NameOf, (int number, ref DerivedRandom draws) => new FractalScene(number, ref draws)),
        new("shapes", ShapeScene.Classes, ShapeScene.NameOf, (int number, ref DerivedRandom draws) => new ShapeScene(number, ref draws)),
        new("glyphs", GlyphScene.Classes, number => $"glyph-{number:00}", (int number, ref DerivedRandom draws) => new GlyphScene(number, ref draws)),
        new("textures", TextureScene.Classes, TextureScene.NameOf, (int number, ref DerivedRandom draws) => new TextureScene(number, ref draws)),
    ];
}

/// <summary>A class of the demo set.</summary>
internal sealed record DemoClass(int Id, int DomainId, DemoDomain Domain, int Number)
{
    /// <summary>All classes, domain by domain.</summary>
    public static IReadOnlyList<DemoClass> All { get; } =
    [
        .. DemoDomain.All.SelectMany((domain, domainId) => Enumerable.Range(0, domain.Classes).Select(number => (domain, domainId, number)))
            .Select((one, id) => new DemoClass(id, one.domainId, one.domain, one.number)),
    ];

    /// <summary>The class's name, unique in the set.</summary>
    public string Name => Domain.NameOf(Number);
}
