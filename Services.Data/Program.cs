using Skipper.Services.Data;

var builder = WebApplication.CreateBuilder(args);
builder.AddDataService();

var app = builder.Build();
app.MapDataService();
app.Run();
