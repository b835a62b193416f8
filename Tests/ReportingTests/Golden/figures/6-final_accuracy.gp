$final0 << EOD
0.000497856 62.39653880237214 1.4285067629489956
0.000995712 62.87943518846275 0.262839149264952
EOD
$final1 << EOD
0.000502153 57.81715280086437 0.010792537891433085
0.00100431 57.31628194858894 0.6781299821272022
EOD
set encoding utf8
set border 3 lw 1 lc rgb '#555555'
set tics nomirror out scale 0.6 textcolor rgb '#222222'
set grid back lt 1 dt 1 lw 0.8 lc rgb '#dddddd'
set style fill transparent solid 0.2 noborder
set label 1 'Final validation accuracy (%) by learning rate, n = 2 to 3' at screen 0.5,0.945 center font ',16' textcolor rgb '#222222'
set label 2 'mean ± standard deviation over the seeds; unfinished: 10 of 12 trainings are done' at screen 0.5,0.885 center font ',12' textcolor rgb '#222222'
set lmargin at screen 0.13
set rmargin at screen 0.97
set tmargin at screen 0.84
set bmargin at screen 0.2
set key at screen 0.54,0.045 center center horizontal reverse Left samplen 4 textcolor rgb '#222222'
set xlabel 'learning rate' textcolor rgb '#222222'
set ylabel 'validation accuracy (%)' textcolor rgb '#222222'
set logscale x 10
set xrange [0.000460094:0.00108673]
set xtics ('0.0005' 0.0005, '0.001' 0.001)
plot $final0 with yerrorbars lw 1.5 lc rgb '#1f77b4' pt 0 notitle, \
    $final0 using 1:2 with linespoints lc rgb '#1f77b4' dt 1 pt 7 ps 1 lw 2 title 'BN (n = 2 to 3)', \
    $final1 with yerrorbars lw 1.5 lc rgb '#ff7f0e' pt 0 notitle, \
    $final1 using 1:2 with linespoints lc rgb '#ff7f0e' dt '-' pt 5 ps 1 lw 2 title 'LN (n = 2 to 3)'
