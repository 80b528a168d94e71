namespace Skipper.Shared.Storage.Pages;

/// <summary>How the page looks, in a light and in a dark room and on paper.</summary>
public static class PageStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--line:#dfe3e8;--ink:#1b2430;--soft:#5b6675;--bar:#3f74d1;
        --before:#1b2430;--good:#17713c;--good-back:#dff3e6;--warn:#7a5200;--warn-back:#fdf0cf;--bad:#a4262c;--bad-back:#fbe3e4}
        @media (prefers-color-scheme:dark){:root{--page:#12161c;--card:#1b2129;--line:#323b47;--ink:#e6eaf0;--soft:#9aa6b5;
        --bar:#5b8de0;--before:#f2f4f7;--good:#7fd6a0;--good-back:#173526;--warn:#f2cc6b;--warn-back:#3a3015;--bad:#f59a9e;
        --bad-back:#43201f}}
        *{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
        main{max-width:1080px;margin:0 auto;padding:24px 16px 48px}h1{font-size:24px;margin:0 0 4px;overflow-wrap:anywhere}
        h2{font-size:18px;margin:28px 0 10px}h3{font-size:15px;margin:0;overflow-wrap:anywhere}p{margin:0}
        small,.axis,.facts,.missing,.legend,header p{color:var(--soft)}small{font-size:13px;font-weight:400}
        .badge{display:inline-block;padding:1px 9px;border-radius:10px;font-size:13px;font-weight:600;white-space:nowrap;
        vertical-align:middle}
        .good{color:var(--good);background:var(--good-back)}.warn{color:var(--warn);background:var(--warn-back)}
        .bad{color:var(--bad);background:var(--bad-back)}.quiet{color:var(--soft);background:var(--page)}
        .totals{display:flex;flex-wrap:wrap;gap:12px;margin:18px 0 0}.totals div,section{background:var(--card);
        border:1px solid var(--line);
        border-radius:8px;padding:12px 16px}.totals div{min-width:150px}dt{color:var(--soft);font-size:13px}
        dd{margin:0;font-size:24px;font-weight:600;font-variant-numeric:tabular-nums}
        .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:8px}
        table{border-collapse:collapse;width:100%}
        th,td{text-align:left;vertical-align:top;padding:8px 12px;border-top:1px solid var(--line);overflow-wrap:anywhere}
        thead th{border-top:0;color:var(--soft);font-size:13px;font-weight:600;white-space:nowrap}
        .number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}tr.sample td{border-top:0;padding-top:0}
        details ul{margin:4px 0;padding-left:20px;font-size:13px}summary{cursor:pointer;color:var(--soft);font-size:13px}
        .share{height:4px;width:110px;margin:4px 0 0 auto;background:var(--line);border-radius:2px;overflow:hidden}
        .share i{display:block;height:100%;background:var(--bad)}
        .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:12px}svg{display:block;width:100%;
        height:auto;margin-top:8px}
        .bar{fill:var(--bar)}path.before{fill:none;stroke:var(--before);stroke-width:1.5;vector-effect:non-scaling-stroke}
        .axis{display:flex;justify-content:space-between;gap:8px;font-size:12px;border-top:1px solid var(--line);padding-top:2px;
        font-variant-numeric:tabular-nums}.facts,.missing{font-size:13px}.facts span{margin-right:10px;white-space:nowrap}
        .facts b{color:var(--ink);font-weight:600}
        .drift{margin-top:8px;overflow-wrap:anywhere}.legend{font-size:13px;margin-bottom:8px}.legend i{display:inline-block;
        width:14px;height:10px;margin-left:10px}
        .legend i:first-child{margin-left:0}.legend .now{background:var(--bar);border-radius:1px}.legend .before{height:0;
        border-top:2px solid var(--before);vertical-align:middle}
        .categories{list-style:none;margin:8px 0 0;padding:0;font-size:13px}.categories li{display:grid;
        grid-template-columns:minmax(0,1fr) auto;column-gap:8px;margin-top:4px}
        .categories span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .categories b{font-weight:400;color:var(--soft);font-variant-numeric:tabular-nums}.categories div{position:relative;
        grid-column:1/3;height:6px}
        .categories i{display:block;height:100%;min-width:1px;background:var(--bar);border-radius:2px}
        .categories em{position:absolute;top:-2px;width:2px;height:10px;background:var(--before)}
        @media print{body{background:#fff}section,tr{break-inside:avoid}}
        """;
}
