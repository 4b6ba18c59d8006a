namespace DnC.Workflow.Cli.Tests.Docs;

public class LinkTests
{
    [Fact]
    public void EveryLinkLeadsToAFileAndEveryAnchorToAHeading()
    {
        var broken = new List<string>();
        foreach (var page in DocPages.All)
        {
            foreach (var link in page.Links)
            {
                var (file, anchor) = link.Split('#') is [var f, var a] ? (f, a) : (link, null);
                var path = file.Length == 0 ? page.Name : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page.Name)!, file))).Replace('\\', '/');
                if (!Path.Exists(Path.Combine(Repository.Root, path)) || (anchor is not null && !(DocPages.All.FirstOrDefault(p => p.Name == path)?.Anchors.Contains(anchor) ?? false)))
                    broken.Add($"{page.Name}: {link}");
            }
        }

        Assert.Empty(broken);
    }
}
