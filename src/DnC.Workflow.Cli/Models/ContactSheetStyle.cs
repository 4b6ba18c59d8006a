namespace DnC.Workflow.Cli.Models;

/// <summary>How a contact sheet looks: by day and by night, on a narrow screen and on paper.</summary>
internal static class ContactSheetStyle
{
    public const string Css = """
        :root { color-scheme: light dark; --line: #d8dbe0; --ink: #1d2129; --pale: #667080; --ground: #fff; --frame: #f3f4f6; --accent: #2f6fde; }
        @media (prefers-color-scheme: dark) { :root { --line: #363b44; --ink: #e6e8ec; --pale: #98a1b0; --ground: #16181d; --frame: #20242b; --accent: #7aa7f7; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 1500px; padding: 24px; background: var(--ground); color: var(--ink); font: 14px/1.4 system-ui, sans-serif; }
        h1 { margin: 0; font-size: 20px; }
        h2 { font-size: 16px; }
        .about { margin: 4px 0 20px; color: var(--pale); overflow-wrap: anywhere; }
        section { display: grid; grid-template-columns: 176px 1fr; gap: 20px; padding: 20px 0; border-top: 1px solid var(--line); break-inside: avoid; }
        .found { display: grid; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); gap: 16px 12px; align-content: start; }
        figure { margin: 0; min-width: 0; }
        .frame { display: grid; place-items: center; aspect-ratio: 1; background: var(--frame); border-radius: 6px; overflow: hidden; outline: 1px solid var(--line); outline-offset: -1px; color: var(--pale); font-size: 12px; text-align: center; }
        .frame img { width: 100%; height: 100%; object-fit: contain; }
        .asked .frame { outline: 2px solid var(--accent); outline-offset: 2px; }
        figcaption { margin-top: 6px; font-size: 12px; line-height: 1.35; }
        figcaption b { display: block; font-variant-numeric: tabular-nums; }
        .asked b { color: var(--accent); }
        figcaption span { color: var(--pale); overflow-wrap: anywhere; }
        @media (max-width: 640px) { section { grid-template-columns: 1fr; } .asked { max-width: 176px; } }
        """;
}
