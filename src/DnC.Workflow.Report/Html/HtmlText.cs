using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace DnC.Workflow.Report.Html;

/// <summary>HTML in the making. Literals are taken as they stand; whatever is put into them is escaped, unless it is <see cref="Markup"/>.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends an interpolated string, its holes escaped.</summary>
#pragma warning disable CA1822 // of this instance: the compiler hands it to the handler, which has written into it by then
    public void Add([InterpolatedStringHandlerArgument("")] ref Hole text) => _ = text;
#pragma warning restore CA1822

    /// <summary>What there is, as a piece of other HTML.</summary>
    public Markup Done() => new(_text.ToString());

    /// <summary>One piece.</summary>
    public static Markup Of(Action<HtmlText> write)
    {
        var html = new HtmlText();
        write(html);
        return html.Done();
    }

    /// <summary>Takes the parts of an interpolated string.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Hole
    {
        private readonly StringBuilder _into;

        public Hole(int literalLength, int formattedCount, HtmlText into)
        {
            _into = into._text;
            _into.EnsureCapacity(_into.Length + literalLength + (8 * formattedCount));
        }

        public void AppendLiteral(string text) => _into.Append(text);

        public void AppendFormatted(Markup markup) => _into.Append(markup.Html);

        public void AppendFormatted(string? text) => _into.Append(WebUtility.HtmlEncode(text));

        public void AppendFormatted(char value) => AppendFormatted(value.ToString());

        public void AppendFormatted(int value) => _into.Append(CultureInfo.InvariantCulture, $"{value}");

        public void AppendFormatted(long value) => _into.Append(CultureInfo.InvariantCulture, $"{value}");

        /// <summary>A coordinate: with as many digits as anybody sees.</summary>
        public void AppendFormatted(double value) => _into.Append(value.ToString("0.##", CultureInfo.InvariantCulture));
    }
}

/// <summary>Text that is HTML already: made by <see cref="HtmlText"/>, or a constant.</summary>
/// <param name="Html">The HTML.</param>
internal readonly record struct Markup(string Html)
{
    /// <summary>Nothing.</summary>
    public static Markup None => new("");
}
