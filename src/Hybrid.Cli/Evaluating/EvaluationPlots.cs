using Hybrid.Evaluation;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Hybrid.Cli.Evaluating;

/// <summary>The plots of an evaluation as SVG, with text as text; in print without colours each line has a mark or a dash of its own.</summary>
internal static class EvaluationPlots
{
    private const double Width = 760;

    // The page is read in whatever font the browser has, of which some are a quarter wider than the one that the exporter measures text by.
    private const double WidthOfLetter = 8, WiderText = 40;

    // The names in a legend are cut where it ends.
    private static readonly string RoomBehind = new('\u00a0', 12);

    /// <summary>Between the numbers of an axis and what they are of.</summary>
    private const double TitleDistance = 14;

    /// <summary>As many sources as a plot of lines can show apart.</summary>
    private const int MostLines = 6;

    /// <summary>Colours that the colour-blind tell apart (Okabe and Ito), dark enough on white.</summary>
    private static readonly OxyColor[] Colors =
        [.. ((string[])["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#8A6D00"]).Select(OxyColor.Parse)];

    private static readonly MarkerType[] Markers =
        [MarkerType.Circle, MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond, MarkerType.Circle, MarkerType.Square];

    /// <summary>A metric of each source with its interval, in the order of the table.</summary>
    public static string WithIntervals(IReadOnlyList<SourceReport> sources, string metric) =>
        WithIntervals([.. sources.Select(source => (source.Source, source.Judgement.Metrics[metric]))], metric);

    /// <summary>Values with their intervals, by name.</summary>
    /// <param name="title">What they are of.</param>
    public static string WithIntervals(IReadOnlyList<(string Name, MetricValue Value)> values, string title)
    {
        PlotModel plot = New();
        AddNames(plot, [.. values.Select(one => one.Name)]);
        LinearAxis axis = Axis(AxisPosition.Bottom, title);
        axis.Maximum = values.Max(one => one.Value.High) is > 0 and var high ? high * 1.05 : 1;
        if (values.Min(one => one.Value.Low) is < 0 and var low)
        {
            axis.Minimum = low * 1.05;
            plot.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Vertical, X = 0, Color = Colors[4] });
        }
        plot.Axes.Add(axis);
        var points = new ScatterErrorSeries
        {
            MarkerType = MarkerType.Circle,
            MarkerFill = Colors[0],
            MarkerSize = 4,
            ErrorBarStrokeThickness = 1.5,
            ErrorBarColor = Colors[0],
        };
        foreach ((int place, (_, MetricValue value)) in values.Index())
            points.Points.Add(new ScatterErrorPoint(value.Value, place, value.High - value.Low, 0));
        plot.Series.Add(points);
        return Draw(plot, HeightOf(values.Count));
    }

    /// <summary>A metric without an interval worth showing, as a bar for each source.</summary>
    public static string Bars(IReadOnlyList<SourceReport> sources, string metric)
    {
        PlotModel plot = New();
        AddNames(plot, [.. sources.Select(source => source.Source)]);
        plot.Axes.Add(Axis(AxisPosition.Bottom, metric));
        var bars = new BarSeries { FillColor = Colors[0], BarWidth = 0.6 };
        bars.Items.AddRange(sources.Select(source => new BarItem(source.Judgement.Metrics[metric].Value)));
        plot.Series.Add(bars);
        return Draw(plot, HeightOf(sources.Count));
    }

    /// <summary>A metric of the best sources over groups of queries; a group without queries has no point.</summary>
    public static string ByGroup(
        IReadOnlyList<SourceReport> sources, string metric, string title, Func<Judgement, IReadOnlyDictionary<string, JudgedGroup>> groupsOf)
    {
        PlotModel plot = New();
        plot.Legends.Add(new Legend
        {
            LegendPosition = LegendPosition.RightTop,
            LegendPlacement = LegendPlacement.Outside,
            LegendFontSize = 12,
            LegendLineSpacing = 6,
        });
        plot.Padding = new OxyThickness(8, 8, WiderText, 8);
        IReadOnlyDictionary<string, JudgedGroup> groups = groupsOf(sources[0].Judgement);
        var names = new CategoryAxis { Position = AxisPosition.Bottom, Title = title, AxisTitleDistance = TitleDistance, MinorTickSize = 0, GapWidth = 1 };
        names.Labels.AddRange(groups.Select(group => FormattableString.Invariant($"{group.Key} ({group.Value.Users:N0})")));
        plot.Axes.Add(names);
        plot.Axes.Add(Axis(AxisPosition.Left, metric));
        foreach ((int place, SourceReport source) in BestOf(sources, metric).Index())
        {
            var line = new LineSeries
            {
                Title = source.Source + RoomBehind,
                Color = Colors[place],
                MarkerType = Markers[place],
                MarkerFill = place < 4 ? Colors[place] : OxyColors.White,
                MarkerStroke = Colors[place],
                MarkerSize = 4,
                LineStyle = place < 3 ? LineStyle.Solid : LineStyle.Dash,
            };
            foreach ((int x, JudgedGroup group) in groupsOf(source.Judgement).Values.Index())
            {
                if (group.Metrics.TryGetValue(metric, out double value))
                    line.Points.Add(new DataPoint(x, value));
            }
            plot.Series.Add(line);
        }
        return Draw(plot, 340);
    }

    /// <summary>A metric of each source against the time that an answer takes.</summary>
    public static string AgainstLatency(IReadOnlyList<SourceReport> sources, string metric)
    {
        PlotModel plot = New();
        double most = sources.Max(source => source.P50);
        plot.Axes.Add(new LogarithmicAxis
        {
            Position = AxisPosition.Bottom,
            Title = "an answer, p50, ms",
            AxisTitleDistance = TitleDistance,
            Minimum = Math.Max(0.001, sources.Min(source => source.P50)) / 2,
            Maximum = Math.Max(0.002, most) * 4,   // room for the last name
            MinorTickSize = 0,
        });
        plot.Axes.Add(Axis(AxisPosition.Left, metric));
        var points = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerFill = Colors[0], MarkerSize = 4 };
        foreach (SourceReport source in sources)
        {
            var at = new DataPoint(Math.Max(0.001, source.P50), source.Judgement.Metrics[metric].Value);
            points.Points.Add(new ScatterPoint(at.X, at.Y));
            plot.Annotations.Add(new TextAnnotation
            {
                Text = source.Source,
                TextPosition = at,
                TextHorizontalAlignment = HorizontalAlignment.Left,
                TextVerticalAlignment = VerticalAlignment.Middle,
                Offset = new ScreenVector(7, 0),
                Stroke = OxyColors.Undefined,
                FontSize = 11,
            });
        }
        plot.Series.Add(points);
        return Draw(plot, 420);
    }

    /// <summary>The best by a metric, in the order of the table.</summary>
    public static IReadOnlyList<SourceReport> BestOf(IReadOnlyList<SourceReport> sources, string metric)
    {
        HashSet<string> best = [.. sources.OrderByDescending(source => source.Judgement.Metrics[metric].Value).Take(MostLines).Select(source => source.Source)];
        return [.. sources.Where(source => best.Contains(source.Source))];
    }

    private static PlotModel New() => new() { DefaultFont = "sans-serif", PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1), Culture = Invariant };

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private static LinearAxis Axis(AxisPosition position, string title) => new()
    {
        Position = position,
        Title = title,
        AxisTitleDistance = TitleDistance,
        Minimum = 0,
        MaximumPadding = 0.05,
        MinorTickSize = 0,
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = OxyColor.FromRgb(225, 225, 225),
    };

    private static void AddNames(PlotModel plot, IReadOnlyList<string> labels)
    {
        var names = new CategoryAxis { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0, MinorTickSize = 0 };
        names.Labels.AddRange(labels);
        plot.Axes.Add(names);
        plot.PlotMargins = new OxyThickness(labels.Max(label => label.Length) * WidthOfLetter + 20, double.NaN, double.NaN, double.NaN);
    }

    private static double HeightOf(int lines) => 70 + (24 * lines);

    /// <summary>One element, to stand in a page among others.</summary>
    private static string Draw(PlotModel plot, double height)
    {
        using var stream = new MemoryStream();
        new SvgExporter { Width = Width, Height = height, UseVerticalTextAlignmentWorkaround = true }.Export(plot, stream);
        string svg = System.Text.Encoding.UTF8.GetString(stream.ToArray());
        // Ids are of the whole page: plots of other heights are cut elsewhere.
        string own = FormattableString.Invariant($"cut-at-{height}-");
        return svg[svg.IndexOf("<svg", StringComparison.Ordinal)..]
            .Replace("id=\"clipPath", $"id=\"{own}", StringComparison.Ordinal).Replace("url(#clipPath", $"url(#{own}", StringComparison.Ordinal);
    }
}
