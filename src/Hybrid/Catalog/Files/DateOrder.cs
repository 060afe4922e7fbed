namespace Hybrid.Catalog.Files;

internal enum DateOrder
{
    YearFirst,
    MonthFirst,
    DayFirst,
}
