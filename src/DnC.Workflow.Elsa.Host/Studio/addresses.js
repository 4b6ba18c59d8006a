// Studio moves on to addresses of its full application; here they are pages of this one.
(() => {
  'use strict';
  const ours = [
    [/^workflows\/instances\/([^/]+)\/view$/, id => `instances/${id}`],
    [/^workflows\/definitions\/([^/]+)\/edit$/, id => `definitions/${id}`],
    [/^workflows\/(instances|definitions)$/, list => list],
  ];
  const base = new URL(document.baseURI);
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, url) => {
    const target = url === undefined || url === null ? null : new URL(url, base);
    const place = target?.pathname.startsWith(base.pathname) ? target.pathname.slice(base.pathname.length) : null;
    for (const [pattern, make] of ours) {
      const found = place === null ? null : pattern.exec(place);
      if (found) {
        location.assign(new URL(make(found[1]), base));
        return;
      }
    }
    push(state, unused, url);
  };
})();
