'use strict';
// The page is whole without this: it adds reading values off charts, and moving and recolouring the map.
(() => {
  const svgName = 'http://www.w3.org/2000/svg';
  const count = v => Math.round(v).toLocaleString('en').replaceAll(',', '\u202f');
  const short = v => {
    const a = Math.abs(v);
    return a === 0 ? '0' : a < 0.001 || a >= 1e7 ? v.toExponential(2) : a < 1 ? String(+v.toFixed(4)) : a < 100 ? v.toFixed(2) : count(v);
  };

  for (const plot of document.querySelectorAll('.plot')) {
    const svg = plot.querySelector('svg');
    const of = name => +plot.dataset[name];
    let lines, cross, reading, at = null;
    const begin = () => {
      if (lines) return;
      lines = [...svg.querySelectorAll('.line')].map(path => ({
        path, name: path.dataset.name,
        points: (path.getAttribute('d').match(/[\d.]+,[\d.]+/g) || []).map(p => p.split(',').map(Number)),
      }));
      for (const l of lines)
        for (const cut of l.path.dataset.above?.split(' ') ?? []) {
          const [i, value] = cut.split(':').map(Number);
          l.points[i].push(value);
        }
      cross = document.createElementNS(svgName, 'path');
      cross.setAttribute('class', 'cross');
      svg.append(cross);
      reading = document.createElement('div');
      reading.className = 'reading';
      plot.append(reading);
    };
    const nearest = (points, x) => {
      let low = 0, high = points.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (points[middle][0] < x) low = middle; else high = middle;
      }
      return Math.abs(points[low][0] - x) <= Math.abs(points[high][0] - x) ? points[low] : points[high];
    };
    const show = (x, y) => {
      begin();
      at = x;
      const hits = lines.filter(l => l.points.length).map(l => ({ line: l, point: nearest(l.points, x) })).filter(h => Math.abs(h.point[0] - x) < 24 || h.line.points.length < 3);
      if (!hits.length) { hide(); return; }
      if (y !== null) hits.sort((a, b) => Math.abs(a.point[1] - y) - Math.abs(b.point[1] - y));
      for (const l of lines) l.path.classList.toggle('near-pointer', l === hits[0].line);
      const px = hits[0].point[0];
      cross.setAttribute('d', `M${px},${of('y1')}V${of('y0')}`);
      const step = of('from') + (px - of('x0')) / (of('x1') - of('x0')) * (of('to') - of('from'));
      const value = p => p[2] ?? of('low') + (p[1] - of('y0')) / (of('y1') - of('y0')) * (of('high') - of('low'));
      const shown = hits.slice(0, lines.length > 8 ? 1 : 8).map(h => `${h.line.name}: ${short(value(h.point))}`);
      reading.textContent = `step ${count(step)} · ${shown.join(' · ')}`;
      reading.hidden = false;
    };
    const hide = () => {
      if (!lines) return;
      cross.removeAttribute('d');
      reading.hidden = true;
      for (const l of lines) l.path.classList.remove('near-pointer');
    };
    plot.addEventListener('pointermove', e => {
      const box = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / box.width;
      show((e.clientX - box.left) * scale, (e.clientY - box.top) * scale);
    });
    plot.addEventListener('pointerleave', hide);
    plot.addEventListener('blur', hide);
    plot.addEventListener('keydown', e => {
      const by = { ArrowRight: 6, ArrowLeft: -6, Home: -1e6, End: 1e6 }[e.key];
      if (by === undefined) return;
      e.preventDefault();
      show(Math.min(of('x1'), Math.max(of('x0'), (at ?? of('x0')) + by)), null);
    });
  }

  const plane = document.getElementById('map-plane');
  if (!plane) return;
  const svg = document.getElementById('map-points'), points = [...svg.querySelectorAll('.p')];
  const ring = document.getElementById('map-ring'), card = document.getElementById('map-card'), form = document.getElementById('map-choices');
  let held, under = 0, now = -1;
  const data = () => held ??= JSON.parse(document.getElementById('map-data').textContent);
  const place = i => {
    const { layouts, side, margin } = data(), { x, y } = layouts[under];
    return x[i] === null ? null : [margin + x[i] * (side - 2 * margin), margin + y[i] * (side - 2 * margin)];
  };
  const text = (tag, value) => {
    const element = document.createElement(tag);
    element.textContent = value;
    return element;
  };
  const select = i => {
    now = i;
    const where = place(i), all = data();
    if (!where) return;
    ring.setAttribute('cx', where[0]);
    ring.setAttribute('cy', where[1]);
    const said = document.createElement('div');
    said.append(text('b', all.classes[i] ?? 'image'), text('span', all.clusters[i] < 0 ? 'no cluster' : `cluster ${all.clusters[i]}`), text('span', all.images[i]));
    const parts = [said];
    if (all.pictures[i]) {
      const picture = document.createElement('img');
      picture.src = all.pictures[i];
      picture.alt = all.classes[i] ?? all.images[i];
      parts.unshift(picture);
    }
    card.replaceChildren(...parts);
  };
  const near = (x, y, within, pass) => {
    let best = -1, least = within;
    for (let i = 0; i < points.length; i++) {
      const p = place(i);
      if (!p || (pass && !pass(p))) continue;
      const d = Math.hypot(p[0] - x, p[1] - y);
      if (d < least) [best, least] = [i, d];
    }
    return best;
  };
  const point = e => {
    const box = svg.getBoundingClientRect(), scale = data().side / box.width;
    const i = near((e.clientX - box.left) * scale, (e.clientY - box.top) * scale, 28);
    if (i >= 0 && i !== now) select(i);
  };
  svg.addEventListener('pointermove', point);
  svg.addEventListener('pointerdown', point);
  plane.addEventListener('keydown', e => {
    const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (!way) return;
    e.preventDefault();
    const from = now >= 0 ? place(now) : null;
    if (!from) { select(near(data().side / 2, data().side / 2, 1e9)); return; }
    const ahead = p => {
      const dx = p[0] - from[0], dy = p[1] - from[1], along = dx * way[0] + dy * way[1];
      return along > 0.5 && along >= Math.abs(dx * way[1] + dy * way[0]);
    };
    const next = near(from[0], from[1], 1e9, ahead);
    if (next >= 0) select(next);
  });
  form.addEventListener('submit', e => e.preventDefault());
  form.addEventListener('change', e => {
    if (e.target.name === 'by') {
      svg.setAttribute('class', `by-${e.target.value}`);
      for (const key of document.querySelectorAll('[data-key]')) key.hidden = key.dataset.key !== e.target.value;
      return;
    }
    under = +e.target.value;
    points.forEach((p, i) => {
      const where = place(i);
      p.style.display = where ? '' : 'none';
      if (where) p.style.transform = `translate(${where[0]}px,${where[1]}px)`;
    });
    ring.setAttribute('cx', -99);
    if (now >= 0) select(now);
  });
})();
