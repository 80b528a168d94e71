using Skipper.Services.Training;

var builder = WebApplication.CreateBuilder(args);
builder.AddTrainingService();

var app = builder.Build();
app.MapTrainingService();
app.Run();
